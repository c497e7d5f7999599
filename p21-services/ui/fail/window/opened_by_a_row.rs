use p21_services::client::windows::Session;
use p21_services::order::header;

async fn open(session: Session) {
    let _ = session.open::<header::Row>().await;
}

fn main() {}
