//! Binding of moving average convergence divergence.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Indicator, Macd, MacdValue};
use supreme_core::numbers::Price;

use crate::arrays::{self, Array, Columns};
use crate::convert::{self, Arg, seed_name};
use crate::error::refused;
use crate::methods::Saved;

/// ``(macd, signal, histogram)``.
type Row = (f64, f64, f64);

/// As Python sees it.
fn row(value: MacdValue) -> Row {
    (value.macd, value.signal, value.histogram)
}

/// Moving average convergence divergence of a price: ``(macd, signal, histogram)``.
///
/// Args:
///     fast: Period of the fast EMA, 1 to 100 000, below `slow`.
///     slow: Period of the slow EMA.
///     signal: Period of the EMA over ``fast - slow``.
///     seed: ``"first"`` answers from the first update on; ``"sma"`` starts as TA-Lib does, and
///         all three values appear together on price ``slow + signal - 1``.
///
/// Values are in the unit of the price. O(1) time and memory per update. Source: Gerald Appel.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, or a parameter is
///         not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import UltraOptimizedMACD
///     >>> macd = UltraOptimizedMACD(fast=1, slow=3, signal=3)
///     >>> [macd.update(price) for price in (10.0, 12.0)]
///     [(0.0, 0.0, 0.0), (1.0, 0.5, 0.5)]
#[pyclass(name = "UltraOptimizedMACD", module = "supreme_system_v5.optimized.macd")]
pub(crate) struct PyMacd {
    inner: Macd,
}

impl Saved for PyMacd {
    const KIND: &'static str = "UltraOptimizedMACD";
    type Inner = Macd;

    fn inner(&self) -> &Macd {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let (fast, slow, signal) = self.inner.periods();
        (fast, slow, signal, self.seed()).into_pyobject(py)
    }
}

#[pymethods]
impl PyMacd {
    #[new]
    #[pyo3(
        signature = (
            fast = Arg::Default, slow = Arg::Default, signal = Arg::Default, seed = Arg::Default
        ),
        text_signature = "(fast=12, slow=26, signal=9, seed='first')"
    )]
    fn py_new(
        fast: Arg<'_, '_>,
        slow: Arg<'_, '_>,
        signal: Arg<'_, '_>,
        seed: Arg<'_, '_>,
    ) -> PyResult<Self> {
        let fast = fast.integer("fast", 12)?;
        let slow = slow.integer("slow", 26)?;
        let signal = signal.integer("signal", 9)?;
        let inner = Macd::new(fast, slow, signal, seed.seed("seed")?).map_err(refused)?;
        Ok(Self { inner })
    }

    /// Take one price; return ``(macd, signal, histogram)``, or None before warm-up.
    #[pyo3(signature = (price, /))]
    fn update(&mut self, price: &Bound<'_, PyAny>) -> PyResult<Option<Row>> {
        Ok(self.inner.update(convert::price("price", price)?).map(row))
    }

    /// Run a fresh indicator of the same parameters over an array of prices.
    ///
    /// Args:
    ///     prices: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///
    /// Returns:
    ///     ``(macd, signal, histogram)``, three read-only memoryviews of float64, each as long as
    ///     `prices`, NaN before warm-up.
    #[pyo3(signature = (prices, /))]
    fn batch<'py>(&self, prices: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let py = prices.py();
        let prices = Array::<f64>::new("prices", prices)?;
        let checked = prices.iter(py).map(|price| Price::new("prices", price));
        let columns = Columns::new(prices.len());
        let row = |v: MacdValue| [v.macd, v.signal, v.histogram];
        PyTuple::new(py, arrays::batch(py, &self.inner, checked, columns, row)?)
    }

    /// ``(macd, signal, histogram)`` after the last update, or None before warm-up.
    #[getter]
    fn value(&self) -> Option<Row> {
        self.inner.value().map(row)
    }

    /// Period of the fast EMA.
    #[getter]
    fn fast(&self) -> u32 {
        self.inner.periods().0
    }

    /// Period of the slow EMA.
    #[getter]
    fn slow(&self) -> u32 {
        self.inner.periods().1
    }

    /// Period of the signal EMA.
    #[getter]
    fn signal(&self) -> u32 {
        self.inner.periods().2
    }

    /// How the averages start: "first" or "sma".
    #[getter]
    fn seed(&self) -> &'static str {
        seed_name(self.inner.seed())
    }

    fn __repr__(&self) -> String {
        let (fast, slow, signal) = self.inner.periods();
        let seed = self.seed();
        format!("UltraOptimizedMACD(fast={fast}, slow={slow}, signal={signal}, seed='{seed}')")
    }
}

indicator_methods!(PyMacd);
