//! A sandbox and a database of one's own, in one program.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sandbox = p21_sandbox::Sandbox::builder().start().await?;
    let own = sqlx::SqlitePool::connect("sqlite::memory:").await?;
    let (answer,): (i64,) = sqlx::query_as("select 21 * 2").fetch_one(&own).await?;
    println!("{} services beside a database that says {answer}", sandbox.service_count());
    sandbox.stop().await;
    Ok(())
}
