//! Cases that compile, one situation a file.

mod beside_other_derives;
mod bindings_of_another_crate;
mod borrowed_values;
mod children_in_every_shape;
mod computed_and_disabled_columns_are_read;
mod constant_parameter;
mod copy_on_write_values_are_read;
mod design_example;
mod empty_values_that_are_skipped;
mod every_type_of_value;
mod every_warning_denied;
mod field_with_a_reserved_name;
mod generic_over_transactions;
mod handle_as_a_name;
mod keys_of_rows_and_children;
mod names_that_hide_the_standard_ones;
mod new_rows_keyed_by_what_changes_later;
mod own_labels;
mod own_type;
mod parameter_for_a_child;
mod parameter_for_a_row;
mod parameter_for_a_value;
mod partial_row_needs_nothing;
mod paths_in_every_form;
mod rows_by_hand_and_derived_together;
mod rows_that_may_be_absent;
mod skipped_field;
mod struct_from_a_macro;
mod structs_inside_a_function;
mod two_structs_for_one_list;

#[test]
fn every_case_is_compiled() {
    let listed = include_str!("mod.rs");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/pass");
    for case in std::fs::read_dir(folder).unwrap() {
        let name = case.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(name == "mod" || listed.contains(&format!("mod {name};")), "{name} is not compiled");
    }
}
