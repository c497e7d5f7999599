use p21_services::customer;

fn main() {
    let _ = customer::Key::new("ACME");
}
