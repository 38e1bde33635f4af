//! Binding of the analyzer.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};
use supreme_core::grid::Grid;
use supreme_core::indicators::Indicator;
use supreme_core::market::minutes::Row;
use supreme_core::market::{Analyzer, Armed, Flags, Side, Timeframe, Tracked};
use supreme_core::numbers::{self, Price};
use supreme_core::partners::Partners;
use supreme_core::state;

use crate::arrays::{self, Array, Columns};
use crate::convert::{self, Arg};
use crate::error::{StateError, not_allowed, refused, refused_at};
use crate::paper_exchange::PyPaperExchange;
use crate::signals::PySignals;
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
    inner: Analyzer,
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

    /// Let time pass up to the first instant that raises a flag; 0 when all of it passed.
    ///
    /// Args:
    ///     timestamp_ns: Now, integer nanoseconds UTC.
    ///     signals: Asked at closed bars.
    ///
    /// Raises:
    ///     InvalidInputError: The time is out of range or too far ahead; nothing has changed.
    ///     InvalidTypeError: The time is not an int.
    #[pyo3(signature = (timestamp_ns, *, signals = None))]
    fn elapse(
        &mut self,
        timestamp_ns: &Bound<'_, PyAny>,
        signals: Option<PyRefMut<'_, PySignals>>,
    ) -> PyResult<u16> {
        let time = convert::integer("timestamp_ns", timestamp_ns)?;
        let mut signals = signals;
        let signals = signals.as_deref_mut().map(|signals| &mut signals.inner);
        let mut partners = Partners { signals, exchange: None };
        self.inner.elapse(time, &mut partners).map(Flags::bits).map_err(refused)
    }

    /// Take trades from position `start` on until one wakes somebody.
    ///
    /// Args:
    ///     prices: One-dimensional float64 buffer, read without a copy, or a list.
    ///     sizes: As `prices`.
    ///     timestamps_ns: One-dimensional int64 buffer, or a list.
    ///     sides: One-dimensional int8 buffer, a list, or None when not known.
    ///     start: Position of the first trade to take.
    ///     signals: Asked at closed bars; answers `Flag.SIGNAL`.
    ///     exchange: Sees every trade; answers `Flag.ORDER` when it has reports.
    ///
    /// Returns:
    ///     ``(next_index, flags)``. Stops *before* consuming a trade for each bar end or timer due
    ///     before it, *after* consuming it for what it caused itself; ``(len, 0)`` at the end.
    ///
    /// Raises:
    ///     InvalidInputError: A trade was refused; `index` says which one. All before it have
    ///         been consumed, it and those after it have not. Or the exchange has other grids.
    ///     InvalidTypeError: An argument has the wrong type.
    #[pyo3(
        signature = (
            prices, sizes, timestamps_ns, sides = None, start = Arg::Default, *, signals = None,
            exchange = None
        ),
        text_signature = "($self, prices, sizes, timestamps_ns, sides=None, start=0, *, \
                          signals=None, exchange=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "columns of trades, and who else looks at them")]
    fn advance(
        &mut self,
        prices: &Bound<'_, PyAny>,
        sizes: &Bound<'_, PyAny>,
        timestamps_ns: &Bound<'_, PyAny>,
        sides: Option<&Bound<'_, PyAny>>,
        start: Arg<'_, '_>,
        mut signals: Option<PyRefMut<'_, PySignals>>,
        mut exchange: Option<PyRefMut<'_, PyPaperExchange>>,
    ) -> PyResult<(usize, u16)> {
        let py = prices.py();
        let prices = Array::<f64>::new("prices", prices)?;
        let sizes = Array::<f64>::new("sizes", sizes)?;
        let times = Array::<i64>::new("timestamps_ns", timestamps_ns)?;
        let length = prices.len();
        sizes.expect_len("sizes", length)?;
        times.expect_len("timestamps_ns", length)?;
        let sides = sides.map(|sides| Array::<i8>::new("sides", sides)).transpose()?;
        let start = beginning(&start, length)?;
        let mut partners = self.partners(&mut signals, &mut exchange)?;
        let trades = prices.iter(py).zip(sizes.iter(py)).zip(times.iter(py));
        let result = if let Some(sides) = &sides {
            sides.expect_len("sides", length)?;
            let trades = trades.zip(sides.iter(py)).skip(start);
            let trades = trades.map(|(((price, size), time), side)| {
                let side = Side::new(i64::from(side))?;
                Ok((price, size, time, side))
            });
            self.inner.advance(trades, start, &mut partners)
        } else {
            let trades = trades.skip(start);
            let trades = trades.map(|((price, size), time)| Ok((price, size, time, Side::Unknown)));
            self.inner.advance(trades, start, &mut partners)
        };
        result.map(|(next, flags)| (next, flags.bits())).map_err(refused_at)
    }

    /// Take whole 1-minute bars from position `start` on until one wakes somebody.
    ///
    /// For a market that is known only by its bars: the gate and the tick indicators do not see
    /// them, levels are hit by their highs and lows, and an exchange walks each one.
    ///
    /// Args:
    ///     opens: One-dimensional float64 buffer, read without a copy, or a list.
    ///     highs: As `opens`.
    ///     lows: As `opens`.
    ///     closes: As `opens`.
    ///     volumes: Base currency, above 0; a minute without trades is left out.
    ///     timestamps_ns: Opening times, whole minutes; one-dimensional int64 buffer, or a list.
    ///     start: Position of the first bar to take.
    ///     signals: Asked at closed bars; answers `Flag.SIGNAL`.
    ///     exchange: Walks the bars; answers `Flag.ORDER` when it has reports.
    ///
    /// Returns:
    ///     ``(next_index, flags)``. Stops *before* consuming a bar for what is due before it, and
    ///     for what the exchange reports of its walk (the next call goes on after the walk),
    ///     *after* consuming it for what is due up to its end; ``(len, 0)`` at the end.
    ///
    /// Raises:
    ///     InvalidInputError: A bar was refused; `index` says which one. All before it have been
    ///         consumed, it and those after it have not. Or the exchange has other grids.
    ///     InvalidTypeError: An argument has the wrong type.
    #[pyo3(
        signature = (
            opens, highs, lows, closes, volumes, timestamps_ns, start = Arg::Default, *,
            signals = None, exchange = None
        ),
        text_signature = "($self, opens, highs, lows, closes, volumes, timestamps_ns, start=0, *, \
                          signals=None, exchange=None)"
    )]
    #[allow(clippy::too_many_arguments, reason = "columns of bars, and who else looks at them")]
    fn advance_bars(
        &mut self,
        opens: &Bound<'_, PyAny>,
        highs: &Bound<'_, PyAny>,
        lows: &Bound<'_, PyAny>,
        closes: &Bound<'_, PyAny>,
        volumes: &Bound<'_, PyAny>,
        timestamps_ns: &Bound<'_, PyAny>,
        start: Arg<'_, '_>,
        mut signals: Option<PyRefMut<'_, PySignals>>,
        mut exchange: Option<PyRefMut<'_, PyPaperExchange>>,
    ) -> PyResult<(usize, u16)> {
        let py = opens.py();
        let opens = Array::<f64>::new("opens", opens)?;
        let length = opens.len();
        let column = |name, value| {
            let column = Array::<f64>::new(name, value)?;
            column.expect_len(name, length)?;
            PyResult::Ok(column)
        };
        let (highs, lows) = (column("highs", highs)?, column("lows", lows)?);
        let (closes, volumes) = (column("closes", closes)?, column("volumes", volumes)?);
        let times = Array::<i64>::new("timestamps_ns", timestamps_ns)?;
        times.expect_len("timestamps_ns", length)?;
        let start = beginning(&start, length)?;
        let mut partners = self.partners(&mut signals, &mut exchange)?;
        let prices = opens.iter(py).zip(highs.iter(py)).zip(lows.iter(py)).zip(closes.iter(py));
        let rows = prices.zip(volumes.iter(py)).zip(times.iter(py)).skip(start).map(
            |(((((open, high), low), close), volume), open_ns)| {
                Ok(Row { open_ns, open, high, low, close, volume })
            },
        );
        let result = self.inner.advance_minutes(rows, start, &mut partners);
        result.map(|(next, flags)| (next, flags.bits())).map_err(refused_at)
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
    /// The partners of a run; the exchange must live on the same grids.
    fn partners<'a>(
        &self,
        signals: &'a mut Option<PyRefMut<'_, PySignals>>,
        exchange: &'a mut Option<PyRefMut<'_, PyPaperExchange>>,
    ) -> PyResult<Partners<'a>> {
        if let Some(exchange) = exchange {
            let (venue, grids) = (exchange.inner.venue(), &self.inner.config().grids);
            let decimals = |grid: &Grid| i64::from(grid.places());
            let (price, size) = (decimals(&grids.price), decimals(&grids.size));
            for (name, value, here) in [
                ("exchange.price_decimals", venue.price_decimals, price),
                ("exchange.size_decimals", venue.size_decimals, size),
            ] {
                numbers::integer_within(name, value, here, here).map_err(refused)?;
            }
        }
        Ok(Partners {
            signals: signals.as_deref_mut().map(|signals| &mut signals.inner),
            exchange: exchange.as_deref_mut().map(|exchange| &mut exchange.inner),
        })
    }

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
            "volatility" => list(py, values(&state.volatility).map(Ok)),
            _ => Err(not_allowed("name", "'bar' or an indicator of TimeframeView", name)),
        }
    }
}

/// Where to begin in columns of some length.
fn beginning(start: &Arg<'_, '_>, length: usize) -> PyResult<usize> {
    let last = i64::try_from(length)?;
    let start = numbers::integer_within("start", start.integer("start", 0)?, 0, last);
    Ok(usize::try_from(start.map_err(refused)?)?)
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
