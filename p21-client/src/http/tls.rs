//! The TLS implementation.

use rustls::crypto::{CryptoProvider, ring};

/// Makes `ring` the process's provider of cryptography, unless the program has chosen one.
///
/// `reqwest` is built without a provider of its own, so that a program ends up with one and not two; it takes the
/// process's.
pub(super) fn install_provider() {
    if CryptoProvider::get_default().is_none() {
        // Losing a race means that another thread installed one just now, which is as good.
        drop(ring::default_provider().install_default());
    }
}
