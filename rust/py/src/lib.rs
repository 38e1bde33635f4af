//! `supreme_system_v5._core`: the core for Python. Conversion only, no arithmetic.
#![allow(missing_docs, reason = "items are documented where Python sees them")]
#![allow(
    clippy::doc_markdown,
    clippy::doc_link_with_quotes,
    reason = "the comments on classes and methods are Python's docstrings"
)]
#![allow(
    clippy::needless_pass_by_value,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    reason = "signatures are dictated by the binding macros"
)]

use pyo3::prelude::*;

#[macro_use]
mod methods;

mod advance;
mod analyzer;
mod arrays;
mod atr;
mod bars;
mod bollinger;
mod circular_buffer;
mod config;
mod convert;
mod decoders;
mod ema;
mod error;
mod flow;
mod gaps;
mod ledger;
mod macd;
mod news;
mod paper_exchange;
mod patterns;
mod read;
mod realised_volatility;
mod rolling_average;
mod rsi;
mod signals;
mod sma;
mod smart_events;
mod table;
mod venue;
mod views;
mod vwap;

// Buffers are read in place while the interpreter is held: without its lock that would be a race.
#[pymodule(gil_used = true)]
mod _core {
    #[pymodule_export]
    use super::analyzer::PyAnalyzer;
    #[pymodule_export]
    use super::arrays::PyFloat64Array;
    #[pymodule_export]
    use super::atr::PyAtr;
    #[pymodule_export]
    use super::bars::PyBarBuilder;
    #[pymodule_export]
    use super::bollinger::PyBollinger;
    #[pymodule_export]
    use super::circular_buffer::PyCircularBuffer;
    #[pymodule_export]
    use super::decoders::{PyBarDecoder, PyTradeDecoder};
    #[pymodule_export]
    use super::ema::PyEma;
    #[pymodule_export]
    use super::flow::PyFlowWindows;
    #[pymodule_export]
    use super::gaps::PyGapFinder;
    #[pymodule_export]
    use super::ledger::PyLedger;
    #[pymodule_export]
    use super::macd::PyMacd;
    #[pymodule_export]
    use super::news::{PyHeadlineModel, PyHeadlinePatterns};
    #[pymodule_export]
    use super::paper_exchange::PyPaperExchange;
    #[pymodule_export]
    use super::patterns::PyCandlestickPatterns;
    #[pymodule_export]
    use super::realised_volatility::PyRealisedVolatility;
    #[pymodule_export]
    use super::rolling_average::PyRollingAverage;
    #[pymodule_export]
    use super::rsi::PyRsi;
    #[pymodule_export]
    use super::signals::PySignals;
    #[pymodule_export]
    use super::sma::PySma;
    #[pymodule_export]
    use super::smart_events::PySmartEventProcessor;
    #[pymodule_export]
    use super::vwap::PyRollingVwap;
    #[pymodule_export]
    use super::vwap::PySessionVwap;
}
