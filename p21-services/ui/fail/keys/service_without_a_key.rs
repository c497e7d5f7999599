use p21_services::time_entry;

fn main() {
    let _ = time_entry::Key::new("1001");
}
