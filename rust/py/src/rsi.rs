//! Binding of the relative strength index.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Indicator, Rsi};

use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

/// Relative strength index of Wilder, 0 to 100; 50 when the price never moved.
///
/// Args:
///     period: Number of price changes, 1 to 100 000.
///
/// The first value comes with price ``period + 1``. O(1) time and memory per update.
/// Source: J. Welles Wilder, New Concepts in Technical Trading Systems, 1978.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, or `period` is
///         not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import UltraOptimizedRSI
///     >>> rsi = UltraOptimizedRSI(2)
///     >>> [rsi.update(price) for price in (10.0, 11.0, 10.5, 11.5)]
///     [None, None, 66.66666666666666, 85.71428571428571]
#[pyclass(name = "UltraOptimizedRSI", module = "supreme_system_v5.optimized.rsi")]
pub(crate) struct PyRsi {
    inner: Rsi,
}

impl Saved for PyRsi {
    const KIND: &'static str = "UltraOptimizedRSI";
    type Inner = Rsi;

    fn inner(&self) -> &Rsi {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(),).into_pyobject(py)
    }
}

#[pymethods]
impl PyRsi {
    #[new]
    #[pyo3(signature = (period = Arg::Default), text_signature = "(period=14)")]
    fn py_new(period: Arg<'_, '_>) -> PyResult<Self> {
        let period = period.integer("period", 14)?;
        Ok(Self { inner: Rsi::new("period", period).map_err(refused)? })
    }

    /// Take one price; return the index, or None before warm-up.
    #[pyo3(signature = (price, /))]
    fn update(&mut self, price: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
        Ok(self.inner.update(convert::price("price", price)?))
    }

    /// Run a fresh index of the same period over an array of prices.
    ///
    /// Args:
    ///     prices: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///
    /// Returns:
    ///     A read-only memoryview of float64, as long as `prices`, NaN before warm-up.
    #[pyo3(signature = (prices, /))]
    fn batch<'py>(&self, prices: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        convert::batch_of_prices(&self.inner, prices)
    }

    /// The index after the last update, or None before warm-up.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.inner.value()
    }

    /// Number of price changes.
    #[getter]
    fn period(&self) -> u32 {
        self.inner.period()
    }

    fn __repr__(&self) -> String {
        format!("UltraOptimizedRSI(period={})", self.period())
    }
}

indicator_methods!(PyRsi);
