//! Bindings of the volume-weighted average prices.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::{Indicator, PriceSize, RollingVwap, SessionVwap};

use crate::arrays::Array;
use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

fn trade(
    price: &Bound<'_, PyAny>,
    size: &Bound<'_, PyAny>,
    timestamp_ns: &Bound<'_, PyAny>,
) -> PyResult<PriceSize> {
    let price = convert::float("price", price)?;
    let size = convert::float("size", size)?;
    let timestamp_ns = convert::integer("timestamp_ns", timestamp_ns)?;
    PriceSize::new(price, size, timestamp_ns).map_err(refused)
}

fn batch<'py, I>(
    indicator: &I,
    prices: &Bound<'py, PyAny>,
    sizes: &Bound<'py, PyAny>,
    timestamps_ns: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>>
where
    I: Indicator<Input = PriceSize, Output = f64>,
{
    let py = prices.py();
    let prices = Array::<f64>::new("prices", prices)?;
    let sizes = Array::<f64>::new("sizes", sizes)?;
    let times = Array::<i64>::new("timestamps_ns", timestamps_ns)?;
    let length = prices.len();
    sizes.expect_len("sizes", length)?;
    times.expect_len("timestamps_ns", length)?;
    let trades = prices.iter(py).zip(sizes.iter(py)).zip(times.iter(py));
    let trades = trades.map(|((price, size), time)| PriceSize::new(price, size, time));
    convert::batch(py, indicator, trades)
}

/// Volume-weighted average price since 00:00 UTC: ``Σ price·size / Σ size``.
///
/// Answers from the first update on, in the unit of the price. A time before the day already
/// reached counts into that day. O(1) time and memory per update.
///
/// Raises:
///     InvalidInputError: Price or size is not a finite number from 1e-15 to 1e15, or the time
///         is before 1970 or after 2100.
///     InvalidTypeError: An argument has the wrong type; times are integer nanoseconds UTC.
///
/// Example:
///     >>> from supreme_system_v5.optimized import SessionVWAP
///     >>> vwap = SessionVWAP()
///     >>> [vwap.update(10.0, 1.0, 0), vwap.update(13.0, 2.0, 1), vwap.update(20.0, 1.0, 86_400 * 10**9)]
///     [10.0, 12.0, 20.0]
#[pyclass(name = "SessionVWAP", module = "supreme_system_v5.optimized.vwap")]
pub(crate) struct PySessionVwap {
    inner: SessionVwap,
}

impl Saved for PySessionVwap {
    const KIND: &'static str = "SessionVWAP";
    type Inner = SessionVwap;

    fn inner(&self) -> &SessionVwap {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        Ok(PyTuple::empty(py))
    }
}

#[pymethods]
impl PySessionVwap {
    #[new]
    fn py_new() -> Self {
        Self { inner: SessionVwap::default() }
    }

    /// Take one trade; return the average.
    #[pyo3(signature = (price, size, timestamp_ns, /))]
    fn update(
        &mut self,
        price: &Bound<'_, PyAny>,
        size: &Bound<'_, PyAny>,
        timestamp_ns: &Bound<'_, PyAny>,
    ) -> PyResult<Option<f64>> {
        Ok(self.inner.update(trade(price, size, timestamp_ns)?))
    }

    /// Run a fresh average over arrays of trades.
    ///
    /// Args:
    ///     prices: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///     sizes: As `prices`.
    ///     timestamps_ns: Any one-dimensional int64 buffer, or a list, as long as `prices`.
    ///
    /// Returns:
    ///     A read-only memoryview of float64, as long as `prices`.
    #[pyo3(signature = (prices, sizes, timestamps_ns, /))]
    fn batch<'py>(
        &self,
        prices: &Bound<'py, PyAny>,
        sizes: &Bound<'py, PyAny>,
        timestamps_ns: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        batch(&self.inner, prices, sizes, timestamps_ns)
    }

    /// The average after the last update, or None before the first.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.inner.value()
    }

    #[allow(clippy::unused_self, reason = "a method for Python")]
    fn __repr__(&self) -> &'static str {
        "SessionVWAP()"
    }
}

indicator_methods!(PySessionVwap);

/// Volume-weighted average price of the last n trades: ``Σ price·size / Σ size``.
///
/// Args:
///     period: Number of trades, 1 to 100 000.
///
/// Answers from the first update on, in the unit of the price; mature after `period` trades.
/// O(period) time and memory per update: both sums are taken anew, so nothing drifts.
///
/// Raises:
///     InvalidInputError: Price or size is not a finite number from 1e-15 to 1e15, or the time
///         is before 1970 or after 2100.
///     InvalidTypeError: An argument has the wrong type; times are integer nanoseconds UTC.
///
/// Example:
///     >>> from supreme_system_v5.optimized import RollingVWAP
///     >>> vwap = RollingVWAP(period=2)
///     >>> [vwap.update(10.0, 1.0, 0), vwap.update(13.0, 2.0, 1), vwap.update(16.0, 1.0, 2)]
///     [10.0, 12.0, 14.0]
#[pyclass(name = "RollingVWAP", module = "supreme_system_v5.optimized.vwap")]
pub(crate) struct PyRollingVwap {
    inner: RollingVwap,
}

impl Saved for PyRollingVwap {
    const KIND: &'static str = "RollingVWAP";
    type Inner = RollingVwap;

    fn inner(&self) -> &RollingVwap {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(),).into_pyobject(py)
    }
}

#[pymethods]
impl PyRollingVwap {
    #[new]
    #[pyo3(signature = (period = Arg::Default), text_signature = "(period=20)")]
    fn py_new(period: Arg<'_, '_>) -> PyResult<Self> {
        let period = period.integer("period", 20)?;
        Ok(Self { inner: RollingVwap::new(period).map_err(refused)? })
    }

    /// Take one trade; return the average.
    #[pyo3(signature = (price, size, timestamp_ns, /))]
    fn update(
        &mut self,
        price: &Bound<'_, PyAny>,
        size: &Bound<'_, PyAny>,
        timestamp_ns: &Bound<'_, PyAny>,
    ) -> PyResult<Option<f64>> {
        Ok(self.inner.update(trade(price, size, timestamp_ns)?))
    }

    /// Run a fresh average of the same period over arrays of trades.
    ///
    /// Args:
    ///     prices: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///     sizes: As `prices`.
    ///     timestamps_ns: Any one-dimensional int64 buffer, or a list, as long as `prices`.
    ///
    /// Returns:
    ///     A read-only memoryview of float64, as long as `prices`.
    #[pyo3(signature = (prices, sizes, timestamps_ns, /))]
    fn batch<'py>(
        &self,
        prices: &Bound<'py, PyAny>,
        sizes: &Bound<'py, PyAny>,
        timestamps_ns: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        batch(&self.inner, prices, sizes, timestamps_ns)
    }

    /// The average after the last update, or None before the first.
    #[getter]
    fn value(&self) -> Option<f64> {
        self.inner.value()
    }

    /// Number of trades.
    #[getter]
    fn period(&self) -> u32 {
        self.inner.period()
    }

    fn __repr__(&self) -> String {
        format!("RollingVWAP(period={})", self.period())
    }
}

indicator_methods!(PyRollingVwap);
