use p21_services::client::windows::Session;

async fn page(session: Session) -> Result<(), p21_services::client::Error> {
    session.end().await?;
    session.open_named("SalesPricePage").await?.close().await
}

fn main() {}
