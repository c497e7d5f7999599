use p21_services::order::po_transfers;
use p21_services::prelude::*;

#[derive(DataElement)]
#[p21(po_transfers, edit)]
struct Raw {
    #[p21(read_only)]
    r#type: Option<String>,
}

#[derive(DataElement)]
#[p21(po_transfers, edit)]
struct AsTheSetter {
    #[p21(read_only)]
    type_: Option<String>,
}

#[derive(DataElement)]
#[p21(po_transfers, edit)]
struct Renamed {
    #[p21(field = "type_", read_only)]
    kind: Option<String>,
}
