//! The paper exchange (`docs/trading.md`, "The paper exchange"). It stands where the exchange stands in
//! a live run: outside the engine, which knows it only by its reports.

mod arrival;
mod charge;
pub mod config;
pub mod exchange;
mod fills;
pub mod order;
mod orders;
pub mod report;
mod trap;
mod walk;

pub use config::Venue;
pub use exchange::PaperExchange;
pub use order::{Kind, OrderRequest, Protections};
pub use report::{Reason, Report, Status};
