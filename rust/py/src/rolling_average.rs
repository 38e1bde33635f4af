//! Binding of the rolling average.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::indicators::RollingAverage;

use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

/// Mean of the last n numbers, from the first one on.
///
/// Args:
///     n: Most numbers held, 1 to 100 000.
///
/// O(1) time per number, O(n) memory. The running sum is computed anew each time the ring wraps,
/// so rounding does not pile up.
///
/// Raises:
///     InvalidInputError: A number is not finite or beyond ±1e300, or `n` is not allowed.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import RollingAverage
///     >>> average = RollingAverage(2)
///     >>> average.get_average()
///     0.0
///     >>> for number in (1.0, 2.0, 4.0):
///     ...     average.add(number)
///     >>> average.get_average()
///     3.0
#[pyclass(name = "RollingAverage", module = "supreme_system_v5.optimized.rolling_average")]
pub(crate) struct PyRollingAverage {
    inner: RollingAverage,
}

impl Saved for PyRollingAverage {
    const KIND: &'static str = "RollingAverage";
    type Inner = RollingAverage;

    fn inner(&self) -> &RollingAverage {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.period(),).into_pyobject(py)
    }
}

#[pymethods]
impl PyRollingAverage {
    #[new]
    #[pyo3(signature = (n = Arg::Default), text_signature = "(n=20)")]
    fn py_new(n: Arg<'_, '_>) -> PyResult<Self> {
        Ok(Self { inner: RollingAverage::new("n", n.integer("n", 20)?).map_err(refused)? })
    }

    /// Add a finite number; the oldest leaves when n are held.
    #[pyo3(signature = (x, /))]
    fn add(&mut self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.add(convert::number("x", x)?);
        Ok(())
    }

    /// Return the mean of the numbers held, 0.0 when there are none.
    fn get_average(&self) -> f64 {
        self.inner.get_average()
    }

    /// Most numbers held.
    #[getter]
    fn n(&self) -> u32 {
        self.inner.period()
    }

    /// Forget all numbers.
    fn reset(&mut self) {
        self.inner.reset();
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        format!("RollingAverage(n={})", self.inner.period())
    }
}

saved_methods!(PyRollingAverage);
