//! Binding of Bollinger Bands.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Bands, Bollinger, Indicator};
use supreme_core::numbers::Price;

use crate::arrays::{self, Array, Columns};
use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

/// ``(upper, middle, lower)``.
type Row = (f64, f64, f64);

/// As Python sees it.
fn row(value: Bands) -> Row {
    (value.upper, value.middle, value.lower)
}

/// Bollinger Bands of a price: ``(upper, middle, lower)``.
///
/// Args:
///     period: Number of prices, 2 to 100 000.
///     width: Half width in population standard deviations, 1e-15 to 1e15.
///
/// The first value comes with price `period`. O(period) time and memory per update: the window is
/// summed anew, so a flat market has bands of width 0. Values are in the unit of the price.
/// Source: John Bollinger, Bollinger on Bollinger Bands, 2001.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, or a parameter is
///         not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import BollingerBands
///     >>> bands = BollingerBands(period=2, width=2.0)
///     >>> [bands.update(price) for price in (10.0, 12.0)]
///     [None, (13.0, 11.0, 9.0)]
#[pyclass(name = "BollingerBands", module = "supreme_system_v5.optimized.bollinger")]
pub(crate) struct PyBollinger {
    inner: Bollinger,
}

impl Saved for PyBollinger {
    const KIND: &'static str = "BollingerBands";
    type Inner = Bollinger;

    fn inner(&self) -> &Bollinger {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(), self.inner.width()).into_pyobject(py)
    }
}

#[pymethods]
impl PyBollinger {
    #[new]
    #[pyo3(
        signature = (period = Arg::Default, width = Arg::Default),
        text_signature = "(period=20, width=2.0)"
    )]
    fn py_new(period: Arg<'_, '_>, width: Arg<'_, '_>) -> PyResult<Self> {
        let (period, width) = (period.integer("period", 20)?, width.float("width", 2.0)?);
        Ok(Self { inner: Bollinger::new(period, width).map_err(refused)? })
    }

    /// Take one price; return ``(upper, middle, lower)``, or None before warm-up.
    #[pyo3(signature = (price, /))]
    fn update(&mut self, price: &Bound<'_, PyAny>) -> PyResult<Option<Row>> {
        Ok(self.inner.update(convert::price("price", price)?).map(row))
    }

    /// Run fresh bands of the same parameters over an array of prices.
    ///
    /// Args:
    ///     prices: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///
    /// Returns:
    ///     ``(upper, middle, lower)``, three read-only memoryviews of float64, each as long as
    ///     `prices`, NaN before warm-up.
    #[pyo3(signature = (prices, /))]
    fn batch<'py>(&self, prices: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyTuple>> {
        let py = prices.py();
        let prices = Array::<f64>::new("prices", prices)?;
        let checked = prices.iter(py).map(|price| Price::new("prices", price));
        let columns = Columns::new(prices.len());
        let row = |v: Bands| [v.upper, v.middle, v.lower];
        PyTuple::new(py, arrays::batch(py, &self.inner, checked, columns, row)?)
    }

    /// ``(upper, middle, lower)`` after the last update, or None before warm-up.
    #[getter]
    fn value(&self) -> Option<Row> {
        self.inner.value().map(row)
    }

    /// Number of prices.
    #[getter]
    fn period(&self) -> u32 {
        self.inner.period()
    }

    /// Half width in standard deviations.
    #[getter]
    fn width(&self) -> f64 {
        self.inner.width()
    }

    fn __repr__(&self) -> String {
        format!("BollingerBands(period={}, width={:?})", self.period(), self.width())
    }
}

indicator_methods!(PyBollinger);
