//! Rows of market files, as bytes or as columns, into checked records ("Files" in
//! `docs/backtest.md`).
//!
//! Blocks of a file go in, records come out; who reads the file, and what becomes of the records,
//! is none of its business. A row passes four stations, each a module: a line is split into cells
//! ([`lines`], [`columns`]), cells become a record or a fault ([`cell`], [`trade_row`],
//! [`bar_row`]), the record waits until its time is believed ([`row_order`]), and is dropped if it
//! was there before ([`duplicates`]). Columns of a table enter at the second one.

pub mod bar_row;
pub mod cell;
pub mod columns;
pub mod decoder;
pub mod duplicates;
pub mod fault;
pub mod gaps;
pub mod lines;
pub mod number;
pub mod row_order;
mod rows;
pub mod rules;
pub mod step;
pub mod trade_row;

pub use bar_row::BarRow;
pub use cell::Cell;
pub use columns::Columns;
pub use decoder::{Decoder, Record};
pub use duplicates::DuplicateWindow;
pub use fault::{Allowed, Fault};
pub use gaps::GapFinder;
pub use lines::{LONGEST_LINE, Lines};
pub use row_order::{Place, RowOrder};
pub use rows::{Dropped, Rejected};
pub use rules::Rules;
pub use step::WrongStep;
pub use trade_row::TradeRow;

/// Decodes trades: time, price, size, side and an id that may be empty.
pub type TradeDecoder = Decoder<TradeRow, 5>;
/// Decodes bars of one minute: open time, open, high, low, close and volume.
pub type BarDecoder = Decoder<BarRow, 6>;
