//! Binding of the event gate.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use supreme_core::market::{GateConfig, Reason, SmartEventProcessor};
use supreme_core::numbers::{self, Price};

use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;
use crate::views;

/// The event gate: says which ticks are worth waking anybody for.
///
/// A tick is significant when it is the first, when the price moved by more than
/// `min_price_change` since the last significant tick, when its size exceeds `volume_multiple`
/// times the mean of the `volume_window` sizes before it, or when nothing was significant for
/// `max_idle_seconds`; the first of these that holds is its one reason.
///
/// Args:
///     min_price_change: Relative price move, 0.001 = 0.1 %.
///     volume_multiple: Multiple of the mean recent size.
///     volume_window: Number of sizes in that mean, 1 to 100 000.
///     max_idle_seconds: Event time without a significant tick, in seconds.
///     target_skip_ratio: Share of ticks to skip, up to 0.99, that the price threshold follows the
///         market towards, beginning with min_price_change; 0 leaves it there.
///
/// O(1) time per tick, O(volume_window) memory.
///
/// Raises:
///     InvalidInputError: Price or volume is not a finite number from 1e-15 to 1e15, the time is
///         before 1970 or after 2100, or a parameter is not allowed.
///     InvalidTypeError: An argument has the wrong type; times are integer nanoseconds UTC.
///
/// Example:
///     >>> from supreme_system_v5.optimized import SmartEventProcessor
///     >>> gate = SmartEventProcessor()
///     >>> gate.should_process(60_000.0, 0.1, 0), gate.last_reason
///     (True, 'FIRST')
///     >>> gate.should_process(60_010.0, 0.1, 1_000_000_000)
///     False
///     >>> gate.should_process(60_100.0, 0.1, 2_000_000_000), gate.last_reason
///     (True, 'PRICE')
#[pyclass(name = "SmartEventProcessor", module = "supreme_system_v5.optimized.smart_events")]
pub(crate) struct PySmartEventProcessor {
    inner: SmartEventProcessor,
}

impl Saved for PySmartEventProcessor {
    const KIND: &'static str = "SmartEventProcessor";
    type Inner = SmartEventProcessor;

    fn inner(&self) -> &SmartEventProcessor {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let gate = self.inner.config();
        (
            gate.min_price_change,
            gate.volume_multiple,
            gate.volume_window,
            gate.max_idle_seconds,
            gate.target_skip_ratio,
        )
            .into_pyobject(py)
    }
}

#[pymethods]
impl PySmartEventProcessor {
    #[new]
    #[pyo3(
        signature = (
            min_price_change = Arg::Default,
            volume_multiple = Arg::Default,
            volume_window = Arg::Default,
            max_idle_seconds = Arg::Default,
            target_skip_ratio = Arg::Default
        ),
        text_signature = "(min_price_change=0.001, volume_multiple=2.0, volume_window=20, max_idle_seconds=60.0, target_skip_ratio=0.0)"
    )]
    fn py_new(
        min_price_change: Arg<'_, '_>,
        volume_multiple: Arg<'_, '_>,
        volume_window: Arg<'_, '_>,
        max_idle_seconds: Arg<'_, '_>,
        target_skip_ratio: Arg<'_, '_>,
    ) -> PyResult<Self> {
        let config = GateConfig {
            min_price_change: min_price_change.float("min_price_change", 0.001)?,
            volume_multiple: volume_multiple.float("volume_multiple", 2.0)?,
            volume_window: volume_window.integer("volume_window", 20)?,
            max_idle_seconds: max_idle_seconds.float("max_idle_seconds", 60.0)?,
            target_skip_ratio: target_skip_ratio.float("target_skip_ratio", 0.0)?,
            gated: true,
        };
        Ok(Self { inner: SmartEventProcessor::new(config).map_err(refused)? })
    }

    /// Judge one tick: True when it is significant; `last_reason` says why.
    #[pyo3(signature = (price, volume, timestamp_ns))]
    fn should_process(
        &mut self,
        price: &Bound<'_, PyAny>,
        volume: &Bound<'_, PyAny>,
        timestamp_ns: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let price = convert::price("price", price)?;
        let volume = Price::new("volume", convert::float("volume", volume)?).map_err(refused)?;
        let time = convert::integer("timestamp_ns", timestamp_ns)?;
        let time = numbers::timestamp("timestamp_ns", time).map_err(refused)?;
        Ok(self.inner.observe(price.get(), volume.get(), time) != Reason::None)
    }

    /// Why the last tick was significant: FIRST, PRICE, VOLUME, IDLE; NONE when it was not.
    #[getter]
    fn last_reason(&self) -> &'static str {
        self.inner.last_reason().name()
    }

    /// Number of significant ticks.
    #[getter]
    fn processed(&self) -> u64 {
        self.inner.processed()
    }

    /// Number of ticks skipped.
    #[getter]
    fn skipped(&self) -> u64 {
        self.inner.skipped()
    }

    /// Number of ticks judged: `processed` + `skipped`.
    #[getter]
    fn seen(&self) -> u64 {
        self.inner.processed() + self.inner.skipped()
    }

    /// Share of ticks skipped, 0.0 before the first.
    #[getter]
    fn skip_ratio(&self) -> f64 {
        self.inner.skip_ratio()
    }

    /// How often each reason was given; the counts add up to `processed`.
    #[getter]
    fn by_reason<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        views::reasons(py, &self.inner)
    }

    /// Relative price move that is significant now; it moves only with a target_skip_ratio.
    #[getter]
    fn threshold(&self) -> f64 {
        self.inner.threshold()
    }

    /// Forget all ticks; the thresholds stay.
    fn reset(&mut self) {
        self.inner.reset();
    }

    fn __repr__(&self) -> String {
        let gate = self.inner.config();
        format!(
            "SmartEventProcessor(min_price_change={:?}, volume_multiple={:?}, volume_window={}, \
             max_idle_seconds={:?}, target_skip_ratio={:?})",
            gate.min_price_change,
            gate.volume_multiple,
            gate.volume_window,
            gate.max_idle_seconds,
            gate.target_skip_ratio
        )
    }
}

saved_methods!(PySmartEventProcessor);
