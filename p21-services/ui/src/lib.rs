//! Programs that don't compile, with rustc's words: `fail/`, one situation a file, which is named after it.
#![forbid(unsafe_code)]
