//! Binding of the built-in signals.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMapping, PyString, PyTuple, PyType};
use supreme_core::numbers::integer_within;
use supreme_core::signal::ema_cross::EmaCrossParams;
use supreme_core::signal::{
    Action, EmaCross, Proposal, Rule, ScalpingParams, Signals, TrendParams,
};

use crate::convert;
use crate::error::{not_allowed, refused, wrong_type};
use crate::methods::Saved;
use crate::venue::tuple;

const NAMES: &str = "'scalping', 'ema-cross' or 'trend'";

/// A built-in signal: ``docs/trading.md``, "Signals", says what each proposes, and when.
///
/// Hand it to `OptimizedTechnicalAnalyzer.advance`, which asks it at closed bars and answers
/// `Flag.SIGNAL` when it proposes something. O(1) time and memory per bar.
///
/// Args:
///     name: ``"scalping"``, ``"ema-cross"`` or ``"trend"``.
///     parameters: Those that are not to have their default.
///
/// Raises:
///     InvalidInputError: There is no such signal or parameter, or a value is out of range.
///     InvalidTypeError: A value has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import Signals
///     >>> Signals("trend", {"exit": 15}).parameters
///     {'breakout': 20, 'exit': 15, 'stop_atr': 3.0, 'shorts': False}
#[pyclass(name = "Signals", module = "supreme_system_v5.optimized.signals")]
pub(crate) struct PySignals {
    pub(crate) inner: Signals,
}

impl Saved for PySignals {
    const KIND: &'static str = "Signals";
    type Inner = Signals;

    fn inner(&self) -> &Signals {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.name(), self.parameters(py)?).into_pyobject(py)
    }
}

#[pymethods]
impl PySignals {
    #[new]
    #[pyo3(signature = (name, parameters = None))]
    fn py_new(name: &Bound<'_, PyAny>, parameters: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let mut given = Given::new(name.py(), parameters)?;
        let rule = match convert::text("name", name)?.as_str() {
            "scalping" => {
                let mut params = ScalpingParams::default();
                given.float("stop_atr", &mut params.stop_atr)?;
                given.float("target_atr", &mut params.target_atr)?;
                given.integer("max_hold_bars", &mut params.max_hold_bars)?;
                given.float("rsi_low", &mut params.rsi_low)?;
                given.float("rsi_high", &mut params.rsi_high)?;
                given.flag("shorts", &mut params.shorts)?;
                params.checked().map(Rule::Scalping)
            }
            "ema-cross" => {
                let mut params = EmaCrossParams::default();
                given.integer("fast", &mut params.fast)?;
                given.integer("slow", &mut params.slow)?;
                given.integer("rsi", &mut params.rsi)?;
                given.float("rsi_max", &mut params.rsi_max)?;
                given.float("stop_atr", &mut params.stop_atr)?;
                given.flag("shorts", &mut params.shorts)?;
                EmaCross::new(params).map(Rule::EmaCross)
            }
            "trend" => {
                let mut params = TrendParams::default();
                given.integer("breakout", &mut params.breakout)?;
                given.integer("exit", &mut params.exit)?;
                given.float("stop_atr", &mut params.stop_atr)?;
                given.flag("shorts", &mut params.shorts)?;
                params.checked().map(Rule::Trend)
            }
            _ => return Err(not_allowed("name", NAMES, name)),
        };
        given.finish()?;
        Ok(Self { inner: Signals::new(rule.map_err(refused)?) })
    }

    /// Tell which position there is: 1 long, -1 short, 0 none.
    ///
    /// Args:
    ///     side: Of the position; `held` begins anew.
    #[pyo3(signature = (side, /))]
    fn hold(&mut self, side: &Bound<'_, PyAny>) -> PyResult<()> {
        let side = integer_within("side", convert::integer("side", side)?, -1, 1);
        self.inner.hold(i8::try_from(side.map_err(refused)?)?);
        Ok(())
    }

    /// Tell whether an order to enter or to leave is under way; meanwhile nothing is asked.
    #[pyo3(signature = (under_way, /))]
    fn busy(&mut self, under_way: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.busy(convert::boolean("under_way", under_way)?);
        Ok(())
    }

    /// Forget all bars; the parameters stay, and what it was told of the position.
    fn reset(&mut self) {
        self.inner.reset();
    }

    /// Return what the last answer with `Flag.SIGNAL` proposed, once.
    fn take<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.inner.take().map(|proposal| shown(py, &proposal)).transpose()
    }

    /// Which signal it is.
    #[getter]
    fn name(&self) -> &'static str {
        match self.inner.rule() {
            Rule::Scalping(_) => "scalping",
            Rule::EmaCross(_) => "ema-cross",
            Rule::Trend(_) => "trend",
        }
    }

    /// All its parameters.
    #[getter]
    fn parameters<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        match self.inner.rule() {
            Rule::Scalping(params) => {
                dict.set_item("stop_atr", params.stop_atr)?;
                dict.set_item("target_atr", params.target_atr)?;
                dict.set_item("max_hold_bars", params.max_hold_bars)?;
                dict.set_item("rsi_low", params.rsi_low)?;
                dict.set_item("rsi_high", params.rsi_high)?;
                dict.set_item("shorts", params.shorts)?;
            }
            Rule::EmaCross(rule) => {
                let params = rule.params();
                dict.set_item("fast", params.fast)?;
                dict.set_item("slow", params.slow)?;
                dict.set_item("rsi", params.rsi)?;
                dict.set_item("rsi_max", params.rsi_max)?;
                dict.set_item("stop_atr", params.stop_atr)?;
                dict.set_item("shorts", params.shorts)?;
            }
            Rule::Trend(params) => {
                dict.set_item("breakout", params.breakout)?;
                dict.set_item("exit", params.exit)?;
                dict.set_item("stop_atr", params.stop_atr)?;
                dict.set_item("shorts", params.shorts)?;
            }
        }
        Ok(dict)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Signals('{}', {})", self.name(), self.parameters(py)?.repr()?))
    }
}

saved_methods!(PySignals);

/// The parameters that were given, each read once.
struct Given<'py> {
    left: Bound<'py, PyDict>,
    known: Vec<&'static str>,
}

impl<'py> Given<'py> {
    fn new(py: Python<'py>, given: Option<&Bound<'py, PyAny>>) -> PyResult<Self> {
        let left = PyDict::new(py);
        if let Some(given) = given {
            let wrong = |_| wrong_type("parameters", "a mapping or None", given);
            left.update(given.cast::<PyMapping>().map_err(wrong)?)?;
        }
        Ok(Self { left, known: Vec::new() })
    }

    fn take(&mut self, name: &'static str) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.known.push(name);
        let value = self.left.get_item(name)?;
        if value.is_some() {
            self.left.del_item(name)?;
        }
        Ok(value)
    }

    fn float(&mut self, name: &'static str, into: &mut f64) -> PyResult<()> {
        if let Some(value) = self.take(name)? {
            *into = convert::float(name, &value)?;
        }
        Ok(())
    }

    fn integer(&mut self, name: &'static str, into: &mut i64) -> PyResult<()> {
        if let Some(value) = self.take(name)? {
            *into = convert::integer(name, &value)?;
        }
        Ok(())
    }

    fn flag(&mut self, name: &'static str, into: &mut bool) -> PyResult<()> {
        if let Some(value) = self.take(name)? {
            *into = convert::boolean(name, &value)?;
        }
        Ok(())
    }

    /// Refuses what nobody read.
    fn finish(self) -> PyResult<()> {
        match self.left.keys().iter().next() {
            None => Ok(()),
            Some(unknown) => Err(not_allowed("parameters", &self.known.join(", "), &unknown)),
        }
    }
}

/// A `Proposal`.
fn shown<'py>(py: Python<'py>, proposal: &Proposal) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let action = match proposal.action {
        Action::Enter => "ENTER",
        Action::Exit => "EXIT",
    };
    let values = tuple!(
        py,
        PyString::intern(py, action),
        proposal.side,
        PyString::intern(py, proposal.why.name()),
        proposal.stop,
        proposal.target,
        proposal.trail,
    );
    CLASS.import(py, "supreme_system_v5.domain", "Proposal")?.call1(values)
}
