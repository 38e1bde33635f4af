//! An `AnalyzerConfig` of Python's as one of the core's.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::Seed;
use supreme_core::market::Flags;
use supreme_core::market::config::{AnalyzerConfig, BarConfig, GateConfig, TickConfig};
use supreme_core::numbers;

use crate::convert;
use crate::error::{not_allowed, refused, wrong_type};

/// Reads and checks the types of its fields; the core checks their values.
pub(crate) fn read(config: &Bound<'_, PyAny>) -> PyResult<AnalyzerConfig> {
    Fields(config).read()
}

/// Reads the attributes of a `supreme_system_v5.domain.AnalyzerConfig`.
struct Fields<'a, 'py>(&'a Bound<'py, PyAny>);

impl Fields<'_, '_> {
    fn integer(&self, name: &'static str) -> PyResult<i64> {
        convert::integer(name, &self.0.getattr(name)?)
    }

    fn float(&self, name: &'static str) -> PyResult<f64> {
        convert::float(name, &self.0.getattr(name)?)
    }

    fn seed(&self, name: &'static str) -> PyResult<Seed> {
        convert::seed(name, &self.0.getattr(name)?)
    }

    fn three(&self, name: &'static str) -> PyResult<(i64, i64, i64)> {
        let value = self.0.getattr(name)?;
        let three = value.cast::<PyTuple>().map_err(|_| wrong_type(name, "a tuple", &value))?;
        match three.iter().collect::<Vec<_>>().as_slice() {
            [a, b, c] => Ok((
                convert::integer(name, a)?,
                convert::integer(name, b)?,
                convert::integer(name, c)?,
            )),
            _ => Err(not_allowed(name, "three periods", &value)),
        }
    }

    fn read(&self) -> PyResult<AnalyzerConfig> {
        let wake_on = numbers::integer_within("wake_on", self.integer("wake_on")?, 0, 255);
        let wake_on = u16::try_from(wake_on.map_err(refused)?).unwrap_or(u16::MAX);
        Ok(AnalyzerConfig {
            grids: convert::grids(&self.0.getattr("instrument")?)?,
            tick: TickConfig {
                ema: self.integer("tick_ema")?,
                rsi: self.integer("tick_rsi")?,
                macd: self.three("tick_macd")?,
                seed: self.seed("tick_seed")?,
            },
            bar: BarConfig {
                emas: self.three("bar_emas")?,
                rsi: self.integer("bar_rsi")?,
                macd: self.three("bar_macd")?,
                atr: self.integer("bar_atr")?,
                bollinger: self.integer("bar_bollinger")?,
                bollinger_width: self.float("bar_bollinger_width")?,
                volatility: self.integer("bar_volatility")?,
                seed: self.seed("bar_seed")?,
            },
            gate: GateConfig {
                min_price_change: self.float("min_price_change")?,
                volume_multiple: self.float("volume_multiple")?,
                volume_window: self.integer("volume_window")?,
                max_idle_seconds: self.float("max_idle_seconds")?,
                target_skip_ratio: self.float("target_skip_ratio")?,
                gated: convert::boolean("gated", &self.0.getattr("gated")?)?,
            },
            wake_on: Flags::from_bits(wake_on),
            max_gap_seconds: self.integer("max_gap_seconds")?,
        })
    }
}
