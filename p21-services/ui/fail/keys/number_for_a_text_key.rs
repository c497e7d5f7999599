use p21_services::order;

fn main() {
    let _ = order::Key::new(1013938);
}
