//! What Python reads: the frozen dataclasses of `supreme_system_v5.domain`, built here.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};
use supreme_core::indicators::{Bands, Indicator, MacdValue};
use supreme_core::market::{Analyzer, Bar, Grids, Reason, SmartEventProcessor, Timeframe};
use supreme_core::numbers::Price;

use crate::error::wrong_type;

type Object<'py> = PyResult<Bound<'py, PyAny>>;

/// A class of the domain, looked up at its first use.
macro_rules! domain_class {
    ($function:ident, $name:literal) => {
        fn $function(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
            static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
            CLASS.import(py, "supreme_system_v5.domain", $name)
        }
    };
}

domain_class!(bar_class, "Bar");
domain_class!(timeframe_class, "Timeframe");
domain_class!(macd_class, "Macd");
domain_class!(bands_class, "Bands");
domain_class!(tick_class, "TickView");
domain_class!(timeframe_view_class, "TimeframeView");
domain_class!(gate_class, "GateCounters");
domain_class!(armed_class, "ArmedLevels");
domain_class!(snapshot_class, "AnalyzerSnapshot");
domain_class!(config_class, "AnalyzerConfig");
domain_class!(instrument_class, "Instrument");

/// The `AnalyzerConfig` given, or the default one.
pub(crate) fn config<'py>(
    py: Python<'py>,
    given: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    match given {
        None => config_class(py)?.call0(),
        Some(config) if config.is_instance(config_class(py)?)? => Ok(config),
        Some(other) => Err(wrong_type("config", "an AnalyzerConfig or None", &other)),
    }
}

/// True for an `Instrument`.
pub(crate) fn is_instrument(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value.is_instance(instrument_class(value.py())?)
}

/// Builds a value from its fields.
macro_rules! build {
    ($class:expr, $py:expr, { $($field:ident: $value:expr),+ $(,)? }) => {{
        let fields = PyDict::new($py);
        $(fields.set_item(stringify!($field), $value)?;)+
        $class($py)?.call((), Some(&fields))
    }};
}

/// `Bar`.
pub(crate) fn bar<'py>(
    py: Python<'py>,
    timeframe: Timeframe,
    bar: &Bar,
    grids: &Grids,
) -> Object<'py> {
    build!(bar_class, py, {
        timeframe: timeframe_class(py)?.call1((timeframe.name(),))?,
        open_ns: bar.open_ns,
        close_ns: bar.open_ns + timeframe.length_ns(),
        open: grids.price.value(bar.open),
        high: grids.price.value(bar.high),
        low: grids.price.value(bar.low),
        close: grids.price.value(bar.close),
        volume: grids.size.sum(bar.volume),
        buy_volume: grids.size.sum(bar.buy_volume),
        trades: bar.trades,
        partial: bar.partial,
    })
}

/// `Macd`.
pub(crate) fn macd(py: Python<'_>, value: MacdValue) -> Object<'_> {
    macd_class(py)?.call1((value.macd, value.signal, value.histogram))
}

/// `Bands`.
pub(crate) fn bands(py: Python<'_>, value: Bands) -> Object<'_> {
    bands_class(py)?.call1((value.upper, value.middle, value.lower))
}

/// `TickView`.
pub(crate) fn tick<'py>(py: Python<'py>, analyzer: &Analyzer) -> Object<'py> {
    let last = analyzer.last();
    let fused = analyzer.tick().fused();
    build!(tick_class, py, {
        price: last.map(|last| last.price),
        size: last.map(|last| last.size),
        timestamp_ns: last.map(|last| last.timestamp_ns),
        ema: fused.ema(),
        rsi: fused.rsi(),
        macd: fused.macd().map(|value| macd(py, value)).transpose()?,
        mature: fused.mature(),
    })
}

/// `TimeframeView`.
pub(crate) fn timeframe<'py>(
    py: Python<'py>,
    analyzer: &Analyzer,
    timeframe: Timeframe,
) -> Object<'py> {
    let state = analyzer.timeframe(timeframe);
    let grids = &analyzer.config().grids;
    let forming = analyzer.bars().forming(timeframe);
    let shown = |value: &Bar| bar(py, timeframe, value, grids);
    build!(timeframe_view_class, py, {
        timeframe: timeframe_class(py)?.call1((timeframe.name(),))?,
        bar: state.last().map(shown).transpose()?,
        forming: forming.as_ref().map(shown).transpose()?,
        closed: state.closed(),
        ema_fast: state.ema_fast.value(),
        ema: state.ema.value(),
        ema_slow: state.ema_slow.value(),
        rsi: state.rsi.value(),
        macd: state.macd.value().map(|value| macd(py, value)).transpose()?,
        atr: state.atr.value(),
        bollinger: state.bollinger.value().map(|value| bands(py, value)).transpose()?,
        vwap: state.vwap.value(),
        volatility: state.volatility.value(),
        mature: state.mature(),
    })
}

/// How often each reason was given, by name.
pub(crate) fn reasons<'py>(
    py: Python<'py>,
    gate: &SmartEventProcessor,
) -> PyResult<Bound<'py, PyDict>> {
    let counts = PyDict::new(py);
    for (reason, count) in Reason::PROCESSED.into_iter().zip(gate.by_reason()) {
        counts.set_item(reason.name(), count)?;
    }
    Ok(counts)
}

/// `GateCounters`.
pub(crate) fn gate<'py>(py: Python<'py>, gate: &SmartEventProcessor) -> Object<'py> {
    build!(gate_class, py, {
        seen: gate.processed() + gate.skipped(),
        processed: gate.processed(),
        skipped: gate.skipped(),
        skip_ratio: gate.skip_ratio(),
        by_reason: reasons(py, gate)?,
    })
}

/// `ArmedLevels`.
fn armed<'py>(py: Python<'py>, analyzer: &Analyzer) -> Object<'py> {
    let armed = analyzer.armed();
    build!(armed_class, py, {
        stop_below: armed.stop_below.map(Price::get),
        stop_above: armed.stop_above.map(Price::get),
        limit_below: armed.limit_below.map(Price::get),
        limit_above: armed.limit_above.map(Price::get),
        wake_at_ns: armed.wake_at_ns,
    })
}

/// Names of the levels that the last hit disarmed.
fn last_hit(analyzer: &Analyzer) -> Vec<&'static str> {
    let hit = analyzer.last_hit();
    let all = [
        ("stop_below", hit.stop_below),
        ("stop_above", hit.stop_above),
        ("limit_below", hit.limit_below),
        ("limit_above", hit.limit_above),
    ];
    all.into_iter().filter_map(|(name, hit)| hit.then_some(name)).collect()
}

/// `AnalyzerSnapshot`.
pub(crate) fn snapshot<'py>(py: Python<'py>, analyzer: &Analyzer) -> Object<'py> {
    let timeframes = PyDict::new(py);
    for t in Timeframe::ALL {
        timeframes.set_item(t.name(), timeframe(py, analyzer, t)?)?;
    }
    build!(snapshot_class, py, {
        watermark_ns: analyzer.bars().watermark(),
        accepted: analyzer.accepted(),
        late: analyzer.bars().late(),
        tick: tick(py, analyzer)?,
        timeframes: timeframes,
        gate: gate(py, analyzer.gate())?,
        armed: armed(py, analyzer)?,
        last_hit: pyo3::types::PyTuple::new(py, last_hit(analyzer))?,
    })
}
