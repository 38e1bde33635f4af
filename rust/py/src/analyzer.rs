//! Binding of the analyzer.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use supreme_core::indicators::Indicator;
use supreme_core::market::{Analyzer, Armed, Flags, Timeframe, Tracked};
use supreme_core::numbers::Price;
use supreme_core::state;

use crate::arrays::{self, Array, Columns};
use crate::convert::{self, Arg};
use crate::error::{StateError, not_allowed, refused};
use crate::{config, read, views};

const KIND: &str = "OptimizedTechnicalAnalyzer";

/// Bars, indicators, event gate and armed levels of one market.
///
/// One call per tick; it answers with `Flag` bits, 0 for "nobody needs to wake".
/// ``docs/definitions.md``, "One tick at time t", says in which order things happen. Memory is
/// bounded: histories keep 50 values, whatever the number of ticks. The whole state pickles, and
/// restores bit for bit. O(1) per tick, plus one step for each minute that passed.
///
/// Args:
///     config: An `AnalyzerConfig`; None takes the defaults.
///
/// Raises:
///     InvalidInputError: A parameter is out of range.
///     InvalidTypeError: A parameter has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.domain import Flag
///     >>> from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
///     >>> analyzer = OptimizedTechnicalAnalyzer()
///     >>> analyzer.update(60_000.0, 0.1, 1_700_000_040_000_000_000)
///     1
///     >>> analyzer.update("60001.5", "0.2", 1_700_000_041_000_000_000, side=1)
///     0
///     >>> Flag.BAR_1M in Flag(analyzer.watermark(1_700_000_100_000_000_000))
///     True
///     >>> analyzer.snapshot().timeframes["1m"].bar.close
///     60001.5
#[pyclass(name = "OptimizedTechnicalAnalyzer", module = "supreme_system_v5.optimized.analyzer")]
pub(crate) struct PyAnalyzer {
    pub(crate) inner: Analyzer,
    config: Py<PyAny>,
}

#[pymethods]
impl PyAnalyzer {
    #[new]
    #[pyo3(signature = (config = None))]
    fn py_new(py: Python<'_>, config: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        let config = views::config(py, config)?;
        let inner = Analyzer::new(config::read(&config)?).map_err(refused)?;
        Ok(Self { inner, config: config.unbind() })
    }

    /// Take one trade and answer why somebody should wake up: `Flag` bits, 0 for "nobody".
    ///
    /// Args:
    ///     price: Quote currency per unit of base; float, int or decimal string above 0.
    ///     size: Base currency; float, int or decimal string above 0.
    ///     timestamp_ns: Exchange time, integer nanoseconds UTC.
    ///     side: The taker's side: 1 bought, -1 sold, 0 not known.
    ///
    /// Raises:
    ///     InvalidInputError: A value is out of range or off the grid; nothing has changed.
    ///     InvalidTypeError: A value has the wrong type; nothing has changed.
    #[pyo3(
        signature = (price, size, timestamp_ns, side = Arg::Default),
        text_signature = "($self, price, size, timestamp_ns, side=0)"
    )]
    fn update(
        &mut self,
        price: &Bound<'_, PyAny>,
        size: &Bound<'_, PyAny>,
        timestamp_ns: &Bound<'_, PyAny>,
        side: Arg<'_, '_>,
    ) -> PyResult<u16> {
        let price = convert::float_or_text("price", price)?;
        let size = convert::float_or_text("size", size)?;
        let time = convert::integer("timestamp_ns", timestamp_ns)?;
        let side = convert::side(&side)?;
        self.inner.update(price, size, time, side).map(Flags::bits).map_err(refused)
    }

    /// Let time pass without a trade and answer why somebody should wake up.
    ///
    /// Args:
    ///     timestamp_ns: Now, integer nanoseconds UTC; bars that end at or before it close.
    ///
    /// Raises:
    ///     InvalidInputError: The time is out of range or too far ahead; nothing has changed.
    ///     InvalidTypeError: The time is not an int.
    #[pyo3(signature = (timestamp_ns, /))]
    fn watermark(&mut self, timestamp_ns: &Bound<'_, PyAny>) -> PyResult<u16> {
        let time = convert::integer("timestamp_ns", timestamp_ns)?;
        self.inner.watermark(time).map(Flags::bits).map_err(refused)
    }

    /// Replace the armed levels and the timer; what is not given is disarmed.
    ///
    /// Args:
    ///     stop_below: Hit at a price at or below it.
    ///     stop_above: Hit at a price at or above it.
    ///     limit_below: Hit at a price below it (traded through).
    ///     limit_above: Hit at a price above it (traded through).
    ///     wake_at_ns: Integer nanoseconds UTC; comes at the first event at or after it.
    ///
    /// A level that is hit is disarmed, the others stay. Prices are finite, 1e-15 to 1e15.
    ///
    /// Raises:
    ///     InvalidInputError: A value is out of range; nothing has changed.
    ///     InvalidTypeError: A value has the wrong type.
    #[pyo3(signature = (
        *, stop_below = None, stop_above = None, limit_below = None, limit_above = None,
        wake_at_ns = None
    ))]
    fn arm(
        &mut self,
        stop_below: Option<&Bound<'_, PyAny>>,
        stop_above: Option<&Bound<'_, PyAny>>,
        limit_below: Option<&Bound<'_, PyAny>>,
        limit_above: Option<&Bound<'_, PyAny>>,
        wake_at_ns: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let level = |name, value: Option<&Bound<'_, PyAny>>| {
            value.map(|value| convert::price(name, value)).transpose()
        };
        let armed = Armed {
            stop_below: level("stop_below", stop_below)?,
            stop_above: level("stop_above", stop_above)?,
            limit_below: level("limit_below", limit_below)?,
            limit_above: level("limit_above", limit_above)?,
            wake_at_ns: wake_at_ns.map(|at| convert::integer("wake_at_ns", at)).transpose()?,
        };
        self.inner.arm(armed).map_err(refused)
    }

    /// Run fresh tick indicators of the same parameters over an array of prices, in one pass.
    ///
    /// Args:
    ///     prices: One-dimensional float64 buffer, read without a copy, or a list.
    ///     out: Five writable float64 buffers as long as `prices`, to write into; None takes fresh
    ///         memory, which costs more than the arithmetic when arrays are large.
    ///
    /// Returns:
    ///     ``(ema, rsi, macd, signal, histogram)``, five read-only memoryviews of float64, each as
    ///     long as `prices`, NaN before warm-up, or what was given as `out`; the same bits as the
    ///     three batches on their own.
    ///
    /// Raises:
    ///     InvalidInputError: A price was refused; `index` says which one. `out` is then undefined.
    ///     InvalidTypeError: An argument has the wrong type, or `out` does not fit.
    #[pyo3(signature = (prices, /, out = None))]
    fn indicator_batch<'py>(
        &self,
        prices: &Bound<'py, PyAny>,
        out: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        let py = prices.py();
        let prices = Array::<f64>::new("prices", prices)?;
        let columns = match out {
            None => Columns::<5>::new(prices.len()),
            Some(out) => Columns::<5>::lent(&prices, out)?,
        };
        let checked = prices.iter(py).map(|price| Price::new("prices", price));
        let fused = self.inner.tick().fused();
        PyTuple::new(py, arrays::batch(py, fused, checked, columns, |row| row)?)
    }

    /// Forget everything but the configuration.
    fn reset(&mut self) {
        self.inner.reset();
    }

    /// The parameters it was built with.
    #[getter]
    fn config(&self, py: Python<'_>) -> Py<PyAny> {
        self.config.clone_ref(py)
    }

    /// When what was answered last became known; 0 before the first event.
    #[getter]
    fn now_ns(&self) -> i64 {
        self.inner.now_ns()
    }

    /// Return one number of a timeframe, the cheapest way to it; None before it is there.
    ///
    /// Args:
    ///     name: Of a closed bar: open, high, low, close, volume, buy_volume, trades, open_ns,
    ///         partial; of its timeframe: closed, mature and the indicators (macd, signal,
    ///         histogram; upper, middle, lower). Of "tick": price, size, timestamp_ns, mature and the
    ///         indicators over ticks. Truths are 1 and 0.
    ///     timeframe: "1m", "5m", "15m", "1h" or "tick".
    ///
    /// Raises:
    ///     InvalidInputError: There is no such number or timeframe.
    #[pyo3(signature = (name, timeframe = None, /), text_signature = "($self, name, timeframe='1m', /)")]
    fn read<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        timeframe: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        read::number(&self.inner, name, timeframe)
    }

    /// Return up to `count` of the last values of one number, oldest first.
    ///
    /// Args:
    ///     name: open, high, low, close, volume or an indicator of the timeframe.
    ///     count: 1 to 50, which is what is kept.
    ///     timeframe: "1m", "5m", "15m" or "1h".
    ///
    /// Raises:
    ///     InvalidInputError: There is no such number or timeframe, or `count` is out of range.
    #[pyo3(
        signature = (name, count, timeframe = None, /),
        text_signature = "($self, name, count, timeframe='1m', /)"
    )]
    fn recent(
        &self,
        name: &Bound<'_, PyAny>,
        count: &Bound<'_, PyAny>,
        timeframe: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Vec<f64>> {
        read::recent(&self.inner, name, count, timeframe)
    }

    /// Latest event time seen, or None.
    #[getter]
    fn watermark_ns(&self) -> Option<i64> {
        self.inner.bars().watermark()
    }

    /// Ticks that entered bars and indicators.
    #[getter]
    fn accepted(&self) -> u64 {
        self.inner.accepted()
    }

    /// Ticks below a closed bar, which changed nothing.
    #[getter]
    fn late(&self) -> u64 {
        self.inner.bars().late()
    }

    /// Return everything known at this instant, as frozen values.
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        views::snapshot(py, &self.inner)
    }

    /// Return the indicators over ticks.
    fn tick<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        views::tick(py, &self.inner)
    }

    /// Return one timeframe, cheaper than the whole snapshot.
    ///
    /// Args:
    ///     timeframe: "1m", "5m", "15m" or "1h".
    #[pyo3(signature = (timeframe, /))]
    fn timeframe<'py>(&self, timeframe: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        views::timeframe(timeframe.py(), &self.inner, convert::timeframe(timeframe)?)
    }

    /// Return the counters of the event gate.
    fn gate<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        views::gate(py, self.inner.gate())
    }

    /// Return the last values of an indicator, oldest first, at most 50.
    ///
    /// Args:
    ///     name: For "tick": ema, rsi, macd. For a timeframe: any indicator of `TimeframeView`, or
    ///         "bar" for the closed bars.
    ///     timeframe: "tick", "1m", "5m", "15m" or "1h".
    ///
    /// Raises:
    ///     InvalidInputError: There is no such indicator or timeframe.
    #[pyo3(signature = (name, timeframe = Arg::Default), text_signature = "($self, name, timeframe='tick')")]
    fn history<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        timeframe: Arg<'_, 'py>,
    ) -> PyResult<Bound<'py, PyList>> {
        match &timeframe {
            Arg::Given(chosen) if convert::text("timeframe", chosen)? != "tick" => {
                self.bar_history(name, convert::timeframe(chosen)?)
            }
            _ => self.tick_history(name),
        }
    }

    /// The whole state as bytes, which `__setstate__` restores bit for bit.
    fn __getstate__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &state::save(KIND, &self.inner).map_err(refused)?))
    }

    /// Restores bytes of `__getstate__`; refuses changed bytes and other parameters.
    fn __setstate__(&mut self, state: &Bound<'_, PyAny>) -> PyResult<()> {
        let bytes = convert::bytes("state", state)?;
        let restored: Analyzer = state::load(KIND, bytes.as_bytes()).map_err(refused)?;
        if restored.config() != self.inner.config() {
            let message = "state must be bytes saved with the same config; build the analyzer \
                           with that config, or anew from history";
            return Err(StateError::new_err((message, "state")));
        }
        self.inner = restored;
        Ok(())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("OptimizedTechnicalAnalyzer(config={})", self.config.bind(py).repr()?))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let this = slf.borrow();
        (slf.get_type(), (&this.config,), this.__getstate__(py)?).into_pyobject(py)
    }

    fn __copy__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let this = slf.borrow();
        let copy = slf.get_type().call1((&this.config,))?;
        copy.cast::<Self>()?.borrow_mut().inner = this.inner.clone();
        Ok(copy)
    }

    fn __deepcopy__<'py>(
        slf: &Bound<'py, Self>,
        _memo: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        Self::__copy__(slf)
    }
}

impl PyAnalyzer {
    fn tick_history<'py>(&self, name: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let py = name.py();
        let entries = self.inner.tick().history();
        match convert::text("name", name)?.as_str() {
            "ema" => list(py, entries.filter_map(|(ema, ..)| ema).map(Ok)),
            "rsi" => list(py, entries.filter_map(|(_, rsi, _)| rsi).map(Ok)),
            "macd" => list(py, entries.filter_map(|(.., macd)| macd).map(|v| views::macd(py, v))),
            _ => Err(not_allowed("name", "'ema', 'rsi' or 'macd'", name)),
        }
    }

    fn bar_history<'py>(
        &self,
        name: &Bound<'py, PyAny>,
        timeframe: Timeframe,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = name.py();
        let grids = &self.inner.config().grids;
        let state = self.inner.timeframe(timeframe);
        match convert::text("name", name)?.as_str() {
            "bar" => list(py, state.bars().iter().map(|b| views::bar(py, timeframe, b, grids))),
            "ema_fast" => list(py, values(&state.ema_fast).map(Ok)),
            "ema" => list(py, values(&state.ema).map(Ok)),
            "ema_slow" => list(py, values(&state.ema_slow).map(Ok)),
            "rsi" => list(py, values(&state.rsi).map(Ok)),
            "macd" => list(py, values(&state.macd).map(|value| views::macd(py, value))),
            "atr" => list(py, values(&state.atr).map(Ok)),
            "bollinger" => list(py, values(&state.bollinger).map(|value| views::bands(py, value))),
            "vwap" => list(py, values(&state.vwap).map(Ok)),
            "volatility" => list(py, state.volatility.history().into_iter().map(Ok)),
            _ => Err(not_allowed("name", "'bar' or an indicator of TimeframeView", name)),
        }
    }
}

fn values<I: Indicator>(tracked: &Tracked<I>) -> impl Iterator<Item = I::Output> {
    tracked.history().iter().copied()
}

fn list<'py, T: IntoPyObject<'py>>(
    py: Python<'py>,
    items: impl Iterator<Item = PyResult<T>>,
) -> PyResult<Bound<'py, PyList>> {
    PyList::new(py, items.collect::<PyResult<Vec<T>>>()?)
}
