//! A note about an item, which P21 takes by window commands only: a transaction can't pick the areas that it shows in.
//!
//! Nobody has published a definition of `ItemNotepad`, so there are no bindings of it, and the sandbox serves a sketch: on a
//! real server look its fields up with `GET /api/v2/definition/ItemNotepad` first.
//!
//! `cargo run -p p21-examples --bin note` runs it on a sandbox; with `P21_BASE_URL`, `P21_USERNAME` and `P21_PASSWORD` set,
//! on a real server.
#![forbid(unsafe_code)]

use anyhow::Result;
use p21_services::model::commands::Commands;

#[tokio::main]
async fn main() -> Result<()> {
    let server = p21_examples::server().await?;
    let note = || {
        Commands::of("ItemNotepad")
            .set_named("tp_1_dw_1", "inv_mast_item_id", "WIDGET-001")
            .set_named("tp_1_dw_1", "topic", "Handle with care")
            .set_named("tp_1_dw_1", "note", "It breaks.")
    };

    // Without an area P21 refuses it, and says so in the outcome of the step, not in a status of the request.
    let outcome = server.client.run_commands(&note().save()).await?;
    if let Err(error) = outcome.saved() {
        println!("without an area: {error}");
    }

    // The second row of the list of areas, taken over by the tool beside it.
    let steps = note().select_row_named("tp_17_dw_dragdrop", 2).run_tool("cb_select", 1).save();
    let outcome = server.client.run_commands(&steps).await?;
    outcome.saved()?;
    println!("saved in {} steps", outcome.steps.len());
    Ok(())
}
