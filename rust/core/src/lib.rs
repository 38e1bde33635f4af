//! The heart of Supreme System V5: indicators, bars, event gate and the analyzer that owns them; the
//! built-in signals, the paper exchange and the ledger. No I/O, no clock, no randomness: the same inputs give the same bits on every machine.
//!
//! What every number means stands in `docs/definitions.md`; the modules name the section they follow.
#![forbid(unsafe_code)]

pub mod circular_buffer;
pub mod error;
pub mod flow;
pub mod grid;
pub mod indicators;
pub mod ledger;
pub mod market;
pub mod market_data;
pub mod money;
pub mod news;
pub mod numbers;
pub mod partners;
pub mod patterns;
pub mod signal;
pub mod state;
pub mod venue;

pub use circular_buffer::CircularBuffer;
pub use error::{AtIndex, CoreError};
