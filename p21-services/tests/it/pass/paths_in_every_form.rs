mod bindings {
    pub use p21_services::job_contract_pricing::*;
}

mod rows {
    use p21_services::prelude::*;

    #[derive(DataElement)]
    #[p21(crate::pass::paths_in_every_form::bindings::line, edit)]
    pub struct FromTheRoot {
        item_id: String,
    }

    #[derive(DataElement)]
    #[p21(super::bindings::line, edit)]
    pub struct FromAbove {
        item_id: String,
    }

    #[derive(DataElement)]
    #[p21(::p21_services::job_contract_pricing::line, edit)]
    pub struct FromTheCrate {
        item_id: String,
    }

    #[derive(DataElement)]
    #[p21(edit)]
    #[p21(self::alias)]
    pub struct FromHere {
        item_id: String,
    }

    use p21_services::job_contract_pricing::line as alias;
}
