//! What is known before anybody calls: settings, definitions and rules, the plan made of them, the seed, and how values
//! are spelt and compared.

pub(crate) mod clock;
pub(crate) mod codes;
pub(crate) mod column;
pub(crate) mod config;
pub(crate) mod definitions;
pub(crate) mod elsewhere;
pub(crate) mod error;
pub(crate) mod habits;
pub(crate) mod implied;
pub(crate) mod json;
pub(crate) mod known;
pub(crate) mod master;
pub(crate) mod overlay;
pub(crate) mod plan;
pub(crate) mod seed;
pub(crate) mod services;
pub(crate) mod settings;
pub(crate) mod sketches;
pub(crate) mod texts;
pub(crate) mod unknowns;
pub(crate) mod value;
