//! Binding of the bar builder.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use serde::{Deserialize, Serialize};
use supreme_core::market::{BarBuilder, ClosedBars, Grids};
use supreme_core::numbers;

use crate::convert::{self, Arg};
use crate::error::{StateError, refused};
use crate::methods::Saved;
use crate::views;

/// Builds bars from trades; ``docs/definitions.md``, "Bars", says exactly how.
///
/// Prices and sizes are summed as integers on the instrument's grid (1e-8 without one), so real
/// trades rebuild the exchange's own bars to the last digit. O(1) per trade, plus one step for each
/// minute that passed in silence.
///
/// Args:
///     instrument: An `Instrument`, whose grid refuses values off it; None rounds to 1e-8.
///     max_gap_seconds: Longest jump ahead in time that is believed, 60 to 31 622 400.
///
/// Raises:
///     InvalidInputError: A value is out of range, off the grid, or too far ahead.
///     InvalidTypeError: A value has the wrong type; times are integer nanoseconds UTC.
///
/// Example:
///     >>> from supreme_system_v5.optimized import BarBuilder
///     >>> builder = BarBuilder()
///     >>> builder.update(100.0, 1.0, 0)
///     []
///     >>> builder.update("101.5", "0.5", 30_000_000_000)
///     []
///     >>> [bar] = builder.update(99.0, 1.0, 60_000_000_000)
///     >>> bar.timeframe.value, bar.open, bar.high, bar.low, bar.close, bar.volume
///     ('1m', 100.0, 101.5, 100.0, 101.5, 1.5)
#[pyclass(name = "BarBuilder", module = "supreme_system_v5.optimized.bars")]
pub(crate) struct PyBarBuilder {
    inner: State,
    instrument: Py<PyAny>,
}

/// What is saved: units mean nothing without their grids.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct State {
    bars: BarBuilder,
    grids: Grids,
}

impl PyBarBuilder {
    fn shown<'py>(&self, py: Python<'py>, closed: &[ClosedBars]) -> PyResult<Bound<'py, PyList>> {
        let bars = closed.iter().flat_map(ClosedBars::iter);
        let bars = bars.map(|(timeframe, bar)| views::bar(py, timeframe, bar, &self.inner.grids));
        PyList::new(py, bars.collect::<PyResult<Vec<_>>>()?)
    }
}

impl Saved for PyBarBuilder {
    const KIND: &'static str = "BarBuilder";
    type Inner = State;

    fn inner(&self) -> &State {
        &self.inner
    }

    fn restored(&self, state: State) -> PyResult<State> {
        let gap = self.inner.bars.max_gap_seconds();
        if state.grids == self.inner.grids && state.bars.max_gap_seconds() == gap {
            return Ok(state);
        }
        let message = "state must be bytes saved with the same instrument and max_gap_seconds; \
                       build it with those, or anew from history";
        Err(StateError::new_err((message, "state")))
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (&self.instrument, self.inner.bars.max_gap_seconds()).into_pyobject(py)
    }
}

#[pymethods]
impl PyBarBuilder {
    #[new]
    #[pyo3(
        signature = (instrument = None, max_gap_seconds = Arg::Default),
        text_signature = "(instrument=None, max_gap_seconds=604800)"
    )]
    fn py_new(
        py: Python<'_>,
        instrument: Option<Bound<'_, PyAny>>,
        max_gap_seconds: Arg<'_, '_>,
    ) -> PyResult<Self> {
        let max_gap_seconds = max_gap_seconds.integer("max_gap_seconds", 604_800)?;
        let instrument = instrument.unwrap_or_else(|| py.None().into_bound(py));
        Ok(Self {
            inner: State {
                bars: BarBuilder::new(max_gap_seconds).map_err(refused)?,
                grids: convert::grids(&instrument)?,
            },
            instrument: instrument.unbind(),
        })
    }

    /// Take one trade and return the bars it closed, in time order, 1m before 1h.
    ///
    /// Args:
    ///     price: Quote currency per unit of base; float, int or decimal string.
    ///     size: Base currency; float, int or decimal string.
    ///     timestamp_ns: Exchange time, integer nanoseconds UTC.
    ///     side: The taker's side: 1 bought, -1 sold, 0 not known.
    #[pyo3(
        signature = (price, size, timestamp_ns, side = Arg::Default),
        text_signature = "($self, price, size, timestamp_ns, side=0)"
    )]
    fn update<'py>(
        &mut self,
        price: &Bound<'py, PyAny>,
        size: &Bound<'py, PyAny>,
        timestamp_ns: &Bound<'py, PyAny>,
        side: Arg<'_, 'py>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = price.py();
        let price = convert::float_or_text("price", price)?;
        let size = convert::float_or_text("size", size)?;
        let time = convert::integer("timestamp_ns", timestamp_ns)?;
        let tick =
            self.inner.grids.tick(price, size, time, convert::side(&side)?).map_err(refused)?;
        let mut closed = Vec::new();
        self.inner.bars.update(&tick, |bars| closed.push(bars)).map_err(refused)?;
        self.shown(py, &closed)
    }

    /// Let time pass without a trade and return the bars that closed.
    #[pyo3(signature = (timestamp_ns, /))]
    fn watermark<'py>(&mut self, timestamp_ns: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let time = convert::integer("timestamp_ns", timestamp_ns)?;
        let time = numbers::timestamp("timestamp_ns", time).map_err(refused)?;
        let mut closed = Vec::new();
        self.inner.bars.pass(time, |bars| closed.push(bars)).map_err(refused)?;
        self.shown(timestamp_ns.py(), &closed)
    }

    /// Return the open bar of a timeframe, or None before the first trade.
    #[pyo3(signature = (timeframe, /))]
    fn forming<'py>(&self, timeframe: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = timeframe.py();
        let timeframe = convert::timeframe(timeframe)?;
        let bar = self.inner.bars.forming(timeframe);
        bar.map(|bar| views::bar(py, timeframe, &bar, &self.inner.grids)).transpose()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let instrument = self.instrument.bind(py).repr()?;
        let gap = self.inner.bars.max_gap_seconds();
        Ok(format!("BarBuilder(instrument={instrument}, max_gap_seconds={gap})"))
    }

    /// Number of trades refused because their minute was closed.
    #[getter]
    fn late(&self) -> u64 {
        self.inner.bars.late()
    }

    /// The instrument whose grid is used, or None.
    #[getter]
    fn instrument(&self, py: Python<'_>) -> Py<PyAny> {
        self.instrument.clone_ref(py)
    }

    /// Longest jump ahead in time that is believed, in seconds.
    #[getter]
    fn max_gap_seconds(&self) -> i64 {
        self.inner.bars.max_gap_seconds()
    }

    /// Forget all trades; the parameters stay.
    fn reset(&mut self) {
        self.inner.bars.reset();
    }
}

saved_methods!(PyBarBuilder);
