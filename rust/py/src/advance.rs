//! Binding of the analyzer: rows of trades or bars, until somebody is woken.

use pyo3::prelude::*;
use supreme_core::grid::Grid;
use supreme_core::market::minutes::Row;
use supreme_core::market::{Flags, Side};
use supreme_core::numbers;
use supreme_core::partners::Partners;

use crate::analyzer::PyAnalyzer;
use crate::arrays::Array;
use crate::convert::{self, Arg};
use crate::error::{refused, refused_at, wrong_type};
use crate::paper_exchange::PyPaperExchange;
use crate::signals::PySignals;

#[pymethods]
impl PyAnalyzer {
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
        signals: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<u16> {
        let time = convert::integer("timestamp_ns", timestamp_ns)?;
        let mut signals = partner::<PySignals>("signals", signals)?;
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
        signals: Option<&Bound<'_, PyAny>>,
        exchange: Option<&Bound<'_, PyAny>>,
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
        let mut signals = partner("signals", signals)?;
        let mut exchange = partner("exchange", exchange)?;
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
        signals: Option<&Bound<'_, PyAny>>,
        exchange: Option<&Bound<'_, PyAny>>,
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
        let mut signals = partner("signals", signals)?;
        let mut exchange = partner("exchange", exchange)?;
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
}

/// Somebody who looks along: of the native class that belongs there, or nobody.
fn partner<'py, T>(
    name: &'static str,
    value: Option<&Bound<'py, PyAny>>,
) -> PyResult<Option<PyRefMut<'py, T>>>
where
    T: pyo3::PyClass<Frozen = pyo3::pyclass::boolean_struct::False>,
{
    let Some(value) = value else { return Ok(None) };
    let wrong = |_| wrong_type(name, "of the native classes, or None", value);
    Ok(Some(value.cast::<T>().map_err(wrong)?.try_borrow_mut()?))
}

/// Where to begin in columns of some length.
fn beginning(start: &Arg<'_, '_>, length: usize) -> PyResult<usize> {
    let last = i64::try_from(length)?;
    let start = numbers::integer_within("start", start.integer("start", 0)?, 0, last);
    Ok(usize::try_from(start.map_err(refused)?)?)
}
