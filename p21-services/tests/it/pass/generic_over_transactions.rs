use p21_services::client::Error;
use p21_services::model::record::Record;
use p21_services::model::row::Transactional;
use p21_services::prelude::*;

async fn submit<T>(client: &Client, record: &T) -> Result<(), Error>
where
    T: ToTransaction<Service: Transactional>,
{
    client.submit(record.to_transaction()).await.map(drop)
}

fn read<T: FromRecord>(record: &Record<T::Service>) -> Option<T> {
    T::from_record(record).ok()
}
