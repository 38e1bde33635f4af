//! A headline's sentiment and category from a hashed linear model; `docs/news.md`, "The model".
//!
//! The features are the only ones there are: the trainer asks for them here, so that training and
//! scoring cannot differ.

mod features;
mod lexicon;
mod model;
mod patterns;
mod token;

pub use features::{FEATURES_MAX, HASH_BITS};
pub use lexicon::Lexicon;
pub use model::{HeadlineModel, MODEL_BYTES_MAX};
pub use patterns::{HeadlinePatterns, PATTERN_CHARS_MAX, TEXT_CHARS_MAX};
pub use token::TOKENS_MAX;
