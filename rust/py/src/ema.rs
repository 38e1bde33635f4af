//! Binding of the exponential moving average.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Ema, Indicator};

use crate::convert::{self, Arg, seed_name};
use crate::error::refused;
use crate::methods::Saved;

/// Exponential moving average of a price: ``v += α·(x - v)``, ``α = 2 / (period + 1)``.
///
/// Args:
///     period: Number of prices, 1 to 100 000.
///     seed: ``"first"`` starts at the first price and answers from the first update on;
///         ``"sma"`` starts at the mean of the first `period` prices, as TA-Lib does.
///
/// Values are in the unit of the price. O(1) time and memory per update.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, or `period` or
///         `seed` is not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import UltraOptimizedEMA
///     >>> ema = UltraOptimizedEMA(3)
///     >>> [ema.update(price) for price in (10.0, 12.0, 11.0)]
///     [10.0, 11.0, 11.0]
///     >>> list(UltraOptimizedEMA(3, seed="sma").batch([10.0, 12.0, 11.0]))
///     [nan, nan, 11.0]
#[pyclass(name = "UltraOptimizedEMA", module = "supreme_system_v5.optimized.ema")]
pub(crate) struct PyEma {
    inner: Ema,
}

impl Saved for PyEma {
    const KIND: &'static str = "UltraOptimizedEMA";
    type Inner = Ema;

    fn inner(&self) -> &Ema {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(), self.seed()).into_pyobject(py)
    }
}

#[pymethods]
impl PyEma {
    #[new]
    #[pyo3(signature = (period, seed = Arg::Default), text_signature = "(period, seed='first')")]
    fn py_new(period: &Bound<'_, PyAny>, seed: Arg<'_, '_>) -> PyResult<Self> {
        let period = convert::integer("period", period)?;
        let inner = Ema::new("period", period, seed.seed("seed")?).map_err(refused)?;
        Ok(Self { inner })
    }

    /// Take one price; return the average, or None before warm-up.
    #[pyo3(signature = (price, /))]
    fn update(&mut self, price: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
        Ok(self.inner.update(convert::price("price", price)?))
    }

    /// Run a fresh average of the same parameters over an array of prices.
    ///
    /// Args:
    ///     prices: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///
    /// Returns:
    ///     A read-only memoryview of float64, as long as `prices`, NaN before warm-up;
    ///     ``numpy.asarray`` takes it without a copy. This object does not change.
    #[pyo3(signature = (prices, /))]
    fn batch<'py>(&self, prices: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        convert::batch_of_prices(&self.inner, prices)
    }

    /// The average after the last update, or None before warm-up.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.inner.value()
    }

    /// Number of prices.
    #[getter]
    fn period(&self) -> u32 {
        self.inner.period()
    }

    /// How it starts: "first" or "sma".
    #[getter]
    fn seed(&self) -> &'static str {
        seed_name(self.inner.seed())
    }

    fn __repr__(&self) -> String {
        format!("UltraOptimizedEMA(period={}, seed='{}')", self.period(), self.seed())
    }
}

indicator_methods!(PyEma);
