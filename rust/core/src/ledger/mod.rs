//! Money and position, from fills alone (`docs/trading.md`, "The ledger").

pub mod book;
pub mod candles;
pub mod record;
pub mod trip;

pub use book::{Fill, Ledger};
pub use candles::{Candle, Candles};
pub use record::{Drawdown, Record};
pub use trip::Trip;
