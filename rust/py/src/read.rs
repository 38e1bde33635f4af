//! One number of the analyzer at a time: what a strategy reads, without building a whole view.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyString;
use supreme_core::indicators::{Bands, Indicator, MacdValue};
use supreme_core::market::tracked::HISTORY;
use supreme_core::market::{Analyzer, Bar, Grids, Timeframe, TimeframeState, Tracked};
use supreme_core::numbers::integer_within;

use crate::convert;
use crate::error::{not_allowed, refused, wrong_type};

const OF_BARS: &str = "open, high, low, close, volume, buy_volume, trades, open_ns, partial, closed, \
                       mature, ema_fast, ema, ema_slow, rsi, macd, signal, histogram, atr, upper, \
                       middle, lower, vwap or volatility";
const OF_TICKS: &str = "price, size, timestamp_ns, ema, rsi, macd, signal, histogram or mature";
const KEPT: &str = "open, high, low, close, volume or an indicator of a timeframe";

type Number<'py> = PyResult<Option<Bound<'py, PyAny>>>;

/// A float, a count or a time (truths are 1 and 0), or a number that is not there yet.
enum Value {
    Float(f64),
    Count(i128),
    Missing,
}

impl From<Option<f64>> for Value {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::Float)
    }
}

impl From<Option<i128>> for Value {
    fn from(value: Option<i128>) -> Self {
        value.map_or(Self::Missing, Self::Count)
    }
}

/// `read`.
pub(crate) fn number<'py>(
    analyzer: &Analyzer,
    name: &Bound<'py, PyAny>,
    timeframe: Option<&Bound<'py, PyAny>>,
) -> Number<'py> {
    let text = name.cast::<PyString>().map_err(|_| wrong_type("name", "a str", name))?;
    let text = text.to_str().unwrap_or_default();
    let of_ticks = timeframe
        .and_then(|timeframe| timeframe.cast::<PyString>().ok())
        .is_some_and(|timeframe| timeframe.to_str().is_ok_and(|name| name == "tick"));
    let found = if of_ticks {
        of_tick(analyzer, text)
    } else {
        let timeframe = timeframe.map_or(Ok(Timeframe::M1), convert::timeframe)?;
        of_timeframe(analyzer.timeframe(timeframe), &analyzer.config().grids, text)
    };
    match found {
        None => Err(not_allowed("name", if of_ticks { OF_TICKS } else { OF_BARS }, name)),
        Some(Value::Missing) => Ok(None),
        Some(Value::Float(value)) => value.into_bound_py_any(name.py()).map(Some),
        Some(Value::Count(value)) => value.into_bound_py_any(name.py()).map(Some),
    }
}

fn of_timeframe(state: &TimeframeState, grids: &Grids, name: &str) -> Option<Value> {
    let bar = |of: fn(&Bar) -> i64| state.last().map(|bar| grids.price.value(of(bar)));
    let count = |of: fn(&Bar) -> i128| Some(Value::from(state.last().map(of)));
    let macd = |of: fn(MacdValue) -> f64| state.macd.value().map(of);
    let bands = |of: fn(Bands) -> f64| state.bollinger.value().map(of);
    let value = match name {
        "open" => bar(|bar| bar.open),
        "high" => bar(|bar| bar.high),
        "low" => bar(|bar| bar.low),
        "close" => bar(|bar| bar.close),
        "volume" => state.last().map(|bar| grids.size.sum(bar.volume)),
        "buy_volume" => state.last().map(|bar| grids.size.sum(bar.buy_volume)),
        "trades" => return count(|bar| i128::from(bar.trades)),
        "open_ns" => return count(|bar| i128::from(bar.open_ns)),
        "partial" => return count(|bar| i128::from(bar.partial)),
        "closed" => return Some(Value::Count(i128::from(state.closed()))),
        "mature" => return Some(Value::Count(i128::from(state.mature()))),
        "ema_fast" => state.ema_fast.value(),
        "ema" => state.ema.value(),
        "ema_slow" => state.ema_slow.value(),
        "rsi" => state.rsi.value(),
        "macd" => macd(|value| value.macd),
        "signal" => macd(|value| value.signal),
        "histogram" => macd(|value| value.histogram),
        "atr" => state.atr.value(),
        "upper" => bands(|value| value.upper),
        "middle" => bands(|value| value.middle),
        "lower" => bands(|value| value.lower),
        "vwap" => state.vwap.value(),
        "volatility" => state.volatility.value(),
        _ => return None,
    };
    Some(value.into())
}

fn of_tick(analyzer: &Analyzer, name: &str) -> Option<Value> {
    let (last, fused) = (analyzer.last(), analyzer.tick().fused());
    let macd = |of: fn(MacdValue) -> f64| fused.macd().map(of);
    let value = match name {
        "price" => last.map(|last| last.price),
        "size" => last.map(|last| last.size),
        "timestamp_ns" => {
            return Some(last.map(|last| i128::from(last.timestamp_ns)).into());
        }
        "ema" => fused.ema(),
        "rsi" => fused.rsi(),
        "macd" => macd(|value| value.macd),
        "signal" => macd(|value| value.signal),
        "histogram" => macd(|value| value.histogram),
        "mature" => return Some(Value::Count(i128::from(fused.mature()))),
        _ => return None,
    };
    Some(value.into())
}

/// `recent`.
pub(crate) fn recent(
    analyzer: &Analyzer,
    name: &Bound<'_, PyAny>,
    count: &Bound<'_, PyAny>,
    timeframe: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<f64>> {
    let timeframe = timeframe.map_or(Ok(Timeframe::M1), convert::timeframe)?;
    let most = i64::try_from(HISTORY)?;
    let count = integer_within("count", convert::integer("count", count)?, 1, most);
    let count = usize::try_from(count.map_err(refused)?)?;
    let (state, grids) = (analyzer.timeframe(timeframe), &analyzer.config().grids);
    let bars = |of: fn(&Bar) -> i64| -> Vec<f64> {
        state.bars().latest(count).map(|bar| grids.price.value(of(bar))).collect()
    };
    let macd = |of: fn(&MacdValue) -> f64| last(&state.macd, count, of);
    let bands = |of: fn(&Bands) -> f64| last(&state.bollinger, count, of);
    Ok(match convert::text("name", name)?.as_str() {
        "open" => bars(|bar| bar.open),
        "high" => bars(|bar| bar.high),
        "low" => bars(|bar| bar.low),
        "close" => bars(|bar| bar.close),
        "volume" => state.bars().latest(count).map(|bar| grids.size.sum(bar.volume)).collect(),
        "ema_fast" => last(&state.ema_fast, count, f64::clone),
        "ema" => last(&state.ema, count, f64::clone),
        "ema_slow" => last(&state.ema_slow, count, f64::clone),
        "rsi" => last(&state.rsi, count, f64::clone),
        "macd" => macd(|value| value.macd),
        "signal" => macd(|value| value.signal),
        "histogram" => macd(|value| value.histogram),
        "atr" => last(&state.atr, count, f64::clone),
        "upper" => bands(|value| value.upper),
        "middle" => bands(|value| value.middle),
        "lower" => bands(|value| value.lower),
        "vwap" => last(&state.vwap, count, f64::clone),
        "volatility" => {
            let all = state.volatility.history();
            all.get(all.len().saturating_sub(count)..).unwrap_or_default().to_vec()
        }
        _ => return Err(not_allowed("name", KEPT, name)),
    })
}

fn last<I: Indicator>(tracked: &Tracked<I>, count: usize, of: fn(&I::Output) -> f64) -> Vec<f64> {
    tracked.history().latest(count).map(of).collect()
}
