//! Names that come from a server, and what may be done with them.

use std::borrow::Cow;

/// Splits an element name into page and datawindow: `TP_ITEMS.items` is `("TP_ITEMS", "items")`.
///
/// A name without a dot has an empty page. Pages and datawindows may hold spaces
/// (`TABPAGE_ORDER_NOTES.order notes` is real).
pub fn split_element(name: &str) -> (&str, &str) {
    name.split_once('.').unwrap_or(("", name))
}

/// Why a service name can't become part of a path.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("service name `{}` can't be a file name: {reason}", name.escape_debug())]
#[non_exhaustive]
pub struct UnsafeName {
    /// The name as the server gave it, cut to 80 characters.
    pub name: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

crate::debug_is_its_line!(UnsafeName);

/// The longest service name that becomes a file name.
pub const MAX_SERVICE_NAME: usize = 100;

/// Names that folders of definitions and of rules keep for themselves.
const OWN_FILES: [&str; 2] = ["manifest", "any"];

/// Ends the stem of a file whose service has a name that is kept for something else. No service's name holds it.
const ESCAPE: char = '~';

/// Checks that a service name may become a module name and a URL path segment.
///
/// Server data is untrusted: only ASCII letters, digits, `_` and `-` pass, the first one a letter.
///
/// ```
/// use p21_model::name::service_name;
/// assert_eq!(service_name("JobContractPricing"), Ok("JobContractPricing"));
/// assert!(service_name("../../x").is_err());
/// ```
///
/// # Errors
/// The name has something else in it, or is longer than [`MAX_SERVICE_NAME`].
pub fn service_name(service: &str) -> Result<&str, UnsafeName> {
    let refuse = |reason| Err(UnsafeName { name: service.chars().take(80).collect(), reason });
    if service.is_empty() {
        return refuse("it is empty");
    }
    if service.len() > MAX_SERVICE_NAME {
        return refuse("it is longer than 100 characters");
    }
    if !service.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
        return refuse("only letters, digits, `_` and `-` are allowed");
    }
    if !service.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return refuse("it must start with a letter");
    }
    Ok(service)
}

/// The stem of a service's files: its name, and for a name that Windows or a folder of definitions keeps for something
/// else the name with a `~`, which no name of a service has.
///
/// ```
/// use p21_model::name::{file_stem, service_of_file};
/// assert_eq!(file_stem("JobContractPricing").unwrap(), "JobContractPricing");
/// assert_eq!(file_stem("manifest").unwrap(), "manifest~");
/// assert_eq!(service_of_file("manifest~"), "manifest");
/// ```
///
/// # Errors
/// As [`service_name`].
pub fn file_stem(service: &str) -> Result<Cow<'_, str>, UnsafeName> {
    let name = service_name(service)?;
    Ok(if is_kept(name) { Cow::Owned(format!("{name}{ESCAPE}")) } else { Cow::Borrowed(name) })
}

/// The service whose files have a stem.
pub fn service_of_file(stem: &str) -> &str {
    stem.strip_suffix(ESCAPE).filter(|name| is_kept(name)).unwrap_or(stem)
}

fn is_kept(name: &str) -> bool {
    is_reserved_file(name) || OWN_FILES.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// Whether Windows takes a file of this name, with any extension, for a device.
pub fn is_reserved_file(stem: &str) -> bool {
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    let lower = stem.to_ascii_lowercase();
    let device = lower.len() == 4
        && (lower.starts_with("com") || lower.starts_with("lpt"))
        && lower.ends_with(|c: char| c.is_ascii_digit());
    device || RESERVED.contains(&lower.as_str())
}

/// The candidate nearest to `name`, if one is near enough to be meant; of equally near ones the first.
///
/// ```
/// use p21_model::name::nearest;
/// assert_eq!(nearest("value", ["value1", "value2"]), Some("value1"));
/// assert_eq!(nearest("pricing_metod", ["price", "pricing_method"]), Some("pricing_method"));
/// assert_eq!(nearest("zzz", ["price"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, candidate)| candidate)
}

/// Whether Rust reserves the word.
pub fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 54] = [
        "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
        "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct",
        "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized", "use", "virtual", "where",
        "while", "yield", "_",
    ];
    KEYWORDS.contains(&word)
}

/// A name as a snake-case Rust identifier: `PO COST MULTIPLIERS.x` is `po_cost_multipliers_x`.
///
/// A new word begins where a capital follows a small letter or a digit, and at the last capital of several before a
/// small letter: `ConvertPOToVoucher` is `convert_po_to_voucher`. The `s` of several (`POs`) and a lone small letter
/// at the end (`TPCx`) belong to their capitals.
///
/// A keyword gets a trailing `_`, a leading digit an `n` before it; what has no letter or digit at all becomes
/// `fallback`. Two names may give one identifier: making them unique is the caller's.
///
/// ```
/// use p21_model::name::snake_case;
/// assert_eq!(snake_case("ReverseARPayment", "service"), "reverse_ar_payment");
/// assert_eq!(snake_case("Order/Notes 2", "field"), "order_notes_2");
/// assert_eq!(snake_case("type", "field"), "type_");
/// assert_eq!(snake_case("1st", "field"), "n1st");
/// ```
pub fn snake_case(name: &str, fallback: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut gap = false;
    let mut before = ' ';
    for (at, c) in name.char_indices() {
        if c.is_ascii_alphanumeric() {
            let new_word = c.is_ascii_uppercase() && begins_word(before, &name[at + 1..]);
            if (gap || new_word) && !out.is_empty() {
                out.push('_');
            }
            out.push(c.to_ascii_lowercase());
        }
        gap = !c.is_ascii_alphanumeric();
        before = c;
    }
    if out.is_empty() {
        out.push_str(fallback);
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, 'n');
    }
    if is_keyword(&out) {
        out.push('_');
    }
    out
}

/// Whether a capital between a character and the rest of its name begins a word.
fn begins_word(before: char, rest: &str) -> bool {
    if before.is_ascii_lowercase() || before.is_ascii_digit() {
        return true;
    }
    let mut rest = rest.chars();
    let (after, then) = (rest.next().unwrap_or(' '), rest.next().unwrap_or(' '));
    let of_capitals = !then.is_ascii_lowercase() && (after == 's' || !then.is_ascii_alphanumeric());
    before.is_ascii_uppercase() && after.is_ascii_lowercase() && !of_capitals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_service_names_are_refused() {
        for name in ["", "../../x", "a/b", "a\\b", ".hidden", "a b", "ä", "1st", "a\0", "a:b", "manifest~", "~"] {
            assert!(file_stem(name).is_err(), "{name:?}");
            assert!(service_name(name).is_err(), "{name:?}");
        }
        assert!(file_stem(&"a".repeat(101)).is_err());
        for name in ["Order", "m_picktickets", "A-B", "Computer", "rules", "Lib"] {
            assert_eq!(file_stem(name).unwrap(), name);
        }
    }

    #[test]
    fn names_that_are_kept_for_something_else_have_files_of_their_own() {
        for name in ["manifest", "Manifest", "any", "ANY", "CON", "con", "Aux", "com1", "LPT9"] {
            let stem = file_stem(name).unwrap();
            assert_eq!(stem, format!("{name}~"));
            assert!(!is_reserved_file(&stem));
            assert_eq!(service_of_file(&stem), name);
        }
        // The other way round every stem is one service's.
        for stem in ["Order", "Order~", "~", "con~~"] {
            assert_eq!(service_of_file(stem), stem);
        }
    }

    #[test]
    fn words_are_split_as_people_read_them() {
        // Every service that the documentation names.
        let services = "Address address, Assembly assembly, AssemblyClass assembly_class, BinLocation bin_location, \
            CompletedProducitonOrderAdjustment completed_produciton_order_adjustment, \
            ConsignmentReplenishmentOrder consignment_replenishment_order, ContainerBuilding container_building, \
            ConvertPOToVoucher convert_po_to_voucher, Customer customer, CustomerNotepad customer_notepad, \
            CustomerPartNumberNotes customer_part_number_notes, DirectShipConfirmation direct_ship_confirmation, \
            FrontCounter front_counter, InventoryAdjustment inventory_adjustment, InventoryMaster inventory_master, \
            Invoice invoice, Item item, ItemDefaults item_defaults, ItemNotepad item_notepad, Job job, \
            JobContractPricing job_contract_pricing, JobControl job_control, Labor labor, LaborProcess labor_process, \
            Location location, ManufacturingClass manufacturing_class, Operation operation, Order order, \
            PickZone pick_zone, PredefinedRouting predefined_routing, ProcessPOShipping process_po_shipping, \
            ProductionOrder production_order, ProductionOrderFreightEntry production_order_freight_entry, \
            ProductionOrderPicking production_order_picking, ProductionOrderProcessing production_order_processing, \
            PurchaseOrder purchase_order, PurchaseOrderReceipt purchase_order_receipt, \
            PurchasePricingPageSupplier purchase_pricing_page_supplier, \
            PurchasePricingPageSupplierDiscGrp purchase_pricing_page_supplier_disc_grp, \
            PurchasePricingPageSupplierItem purchase_pricing_page_supplier_item, PutawayZone putaway_zone, RMA rma, \
            RequisitionPurchaseOrder requisition_purchase_order, \
            RestateForeignCurrencyAccount restate_foreign_currency_account, ReverseARPayment reverse_ar_payment, \
            SalesPriceBook sales_price_book, SalesPricePage sales_price_page, Salesrep salesrep, \
            ServiceNoteTemplate service_note_template, ServiceOrder service_order, ServiceOrderRMA service_order_rma, \
            Shift shift, ShipTo ship_to, Shipping shipping, SlabAdjustment slab_adjustment, Supplier supplier, \
            SupplierNotepad supplier_notepad, Task task, TimeEntry time_entry, TimeEntrySO time_entry_so, \
            Transfer transfer, TransferPalletShipping transfer_pallet_shipping, TransferShipping transfer_shipping, \
            VATReturnWorksheet vat_return_worksheet, VendorInvoice vendor_invoice, VendorNotepad vendor_notepad, \
            VoucherByItem voucher_by_item, WorkCenter work_center, m_invoices m_invoices, \
            m_orderacknowledgements m_orderacknowledgements, m_picktickets m_picktickets, \
            m_productionorders m_productionorders, m_reprintpicktickets m_reprintpicktickets, \
            m_reprintpurchaseorders m_reprintpurchaseorders, m_storedprocedureexecutor m_storedprocedureexecutor";
        for pair in services.split(", ") {
            let (service, module) = pair.split_once(' ').unwrap();
            assert_eq!(snake_case(service, "service"), module);
        }
        for (name, snake) in [
            ("OpenPOs", "open_pos"),
            ("POsToReceive", "pos_to_receive"),
            ("POstage", "p_ostage"),
            ("HTTP2Server", "http2_server"),
            ("aB", "a_b"),
            ("TPCx", "tpcx"),
            ("ABcd", "a_bcd"),
            ("A.B", "a_b"),
            ("POÄnderung", "po_nderung"),
        ] {
            assert_eq!(snake_case(name, "service"), snake);
        }
    }

    #[test]
    fn elements_split_at_the_first_dot() {
        assert_eq!(split_element("PO COST MULTIPLIERS.price_page"), ("PO COST MULTIPLIERS", "price_page"));
        assert_eq!(split_element("plain"), ("", "plain"));
    }
}
