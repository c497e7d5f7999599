//! A sandbox and a database of one's own, in one program.

use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = p21_sandbox::Sandbox::builder().start().await?;
    let mut own = SqliteConnection::establish(":memory:")?;
    let answer: i32 = diesel::select(diesel::dsl::sql::<diesel::sql_types::Integer>("21 * 2")).get_result(&mut own)?;
    println!("{} services beside a database that says {answer}", sandbox.service_count());
    sandbox.stop().await;
    Ok(())
}
