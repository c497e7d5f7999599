use p21_services::prelude::*;
#[derive(FieldLabel)]
enum Method {
    Price,
    Source,
}

fn main() {}
