//! Binding of the average true range.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Atr, HighLowClose, Indicator};

use crate::arrays::Array;
use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

/// Average true range of Wilder, over bars.
///
/// Args:
///     period: Number of true ranges, 1 to 100 000.
///
/// The first value comes with bar ``period + 1``, in the unit of the price. O(1) time and memory
/// per update. Source: J. Welles Wilder, New Concepts in Technical Trading Systems, 1978.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, `high` is below `low`
///         or `close` outside them, or `period` is not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import AverageTrueRange
///     >>> atr = AverageTrueRange(1)
///     >>> [atr.update(12.0, 9.0, 11.0), atr.update(13.0, 10.0, 12.0)]
///     [None, 3.0]
#[pyclass(name = "AverageTrueRange", module = "supreme_system_v5.optimized.atr")]
pub(crate) struct PyAtr {
    inner: Atr,
}

impl Saved for PyAtr {
    const KIND: &'static str = "AverageTrueRange";
    type Inner = Atr;

    fn inner(&self) -> &Atr {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(),).into_pyobject(py)
    }
}

#[pymethods]
impl PyAtr {
    #[new]
    #[pyo3(signature = (period = Arg::Default), text_signature = "(period=14)")]
    fn py_new(period: Arg<'_, '_>) -> PyResult<Self> {
        let period = period.integer("period", 14)?;
        Ok(Self { inner: Atr::new("period", period).map_err(refused)? })
    }

    /// Take one bar; return the range, or None before warm-up.
    #[pyo3(signature = (high, low, close, /))]
    fn update(
        &mut self,
        high: &Bound<'_, PyAny>,
        low: &Bound<'_, PyAny>,
        close: &Bound<'_, PyAny>,
    ) -> PyResult<Option<f64>> {
        let high = convert::float("high", high)?;
        let low = convert::float("low", low)?;
        let close = convert::float("close", close)?;
        Ok(self.inner.update(HighLowClose::new(high, low, close).map_err(refused)?))
    }

    /// Run a fresh range of the same period over arrays of bars.
    ///
    /// Args:
    ///     high: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///     low: As long as `high`.
    ///     close: As long as `high`.
    ///
    /// Returns:
    ///     A read-only memoryview of float64, as long as `high`, NaN before warm-up.
    #[pyo3(signature = (high, low, close, /))]
    fn batch<'py>(
        &self,
        high: &Bound<'py, PyAny>,
        low: &Bound<'py, PyAny>,
        close: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = high.py();
        let high = Array::<f64>::new("high", high)?;
        let low = Array::<f64>::new("low", low)?;
        let close = Array::<f64>::new("close", close)?;
        let length = high.len();
        low.expect_len("low", length)?;
        close.expect_len("close", length)?;
        let bars = high.iter(py).zip(low.iter(py)).zip(close.iter(py));
        let bars = bars.map(|((high, low), close)| HighLowClose::new(high, low, close));
        convert::batch(py, &self.inner, bars)
    }

    /// The range after the last update, or None before warm-up.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.inner.value()
    }

    /// Number of true ranges.
    #[getter]
    fn period(&self) -> u32 {
        self.inner.period()
    }

    fn __repr__(&self) -> String {
        format!("AverageTrueRange(period={})", self.period())
    }
}

indicator_methods!(PyAtr);
