//! The program prints a payload that is as P21 takes it, and nothing that is wrong with it.

#[test]
fn the_program_prints_its_payload() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_build-script")).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.starts_with("{\"") && said.contains("\"Name\":\"service_labor_id\""), "{said}");
}
