//! Binding of the circular buffer.

use std::ffi::c_int;

use pyo3::exceptions::PyIndexError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use supreme_core::CircularBuffer;

use crate::arrays;
use crate::convert::{self, Arg};
use crate::error::refused;
use crate::methods::Saved;

/// Ring that keeps the newest `size` numbers.
///
/// Args:
///     size: Most numbers held, 1 to 10 000 000.
///
/// ``buffer[0]`` is the oldest, ``buffer[-1]`` the newest. ``memoryview(buffer)`` (and so
/// ``numpy.asarray(buffer)``) is a read-only copy of the numbers at that moment, oldest first.
/// O(1) time per number, O(size) memory.
///
/// Raises:
///     InvalidInputError: A number is not finite or beyond ±1e300, or `size` is not allowed.
///     InvalidTypeError: An argument has the wrong type.
///     IndexError: No number is held at that index.
///
/// Example:
///     >>> from supreme_system_v5.optimized import CircularBuffer
///     >>> buffer = CircularBuffer(3)
///     >>> for number in (1.0, 2.0, 3.0, 4.0):
///     ...     buffer.append(number)
///     >>> buffer.latest(2), buffer[0], len(buffer)
///     ([3.0, 4.0], 2.0, 3)
///     >>> memoryview(buffer).tolist()
///     [2.0, 3.0, 4.0]
#[pyclass(name = "CircularBuffer", module = "supreme_system_v5.optimized.circular_buffer")]
pub(crate) struct PyCircularBuffer {
    inner: CircularBuffer<f64>,
}

impl Saved for PyCircularBuffer {
    const KIND: &'static str = "CircularBuffer";
    type Inner = CircularBuffer<f64>;

    fn inner(&self) -> &CircularBuffer<f64> {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.capacity(),).into_pyobject(py)
    }
}

impl PyCircularBuffer {
    fn copied<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        arrays::view_of(py, self.inner.to_vec())
    }
}

#[pymethods]
impl PyCircularBuffer {
    #[new]
    #[pyo3(signature = (size))]
    fn py_new(size: &Bound<'_, PyAny>) -> PyResult<Self> {
        let size = convert::integer("size", size)?;
        Ok(Self { inner: CircularBuffer::new("size", size).map_err(refused)? })
    }

    /// Add the newest number; the oldest leaves when `size` are held.
    #[pyo3(signature = (x, /))]
    fn append(&mut self, x: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.push(convert::number("x", x)?);
        Ok(())
    }

    /// Return the newest n numbers, oldest first: all when fewer are held, none when n <= 0.
    #[pyo3(signature = (n = Arg::Default), text_signature = "($self, n=1)")]
    fn latest<'py>(&self, py: Python<'py>, n: Arg<'_, '_>) -> PyResult<Bound<'py, PyList>> {
        let n = usize::try_from(n.saturated("n", 1)?).unwrap_or(0);
        PyList::new(py, self.inner.latest(n).copied().collect::<Vec<_>>())
    }

    /// Forget all numbers.
    fn clear(&mut self) {
        self.inner.clear();
    }

    /// Most numbers held.
    #[getter]
    fn size(&self) -> usize {
        self.inner.capacity()
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __getitem__(&self, index: &Bound<'_, PyAny>) -> PyResult<f64> {
        let length = self.inner.len();
        let wanted = convert::saturated("index", index)?;
        let from_end = if wanted < 0 { i64::try_from(length)? } else { 0 };
        usize::try_from(wanted.saturating_add(from_end))
            .ok()
            .and_then(|place| self.inner.get(place))
            .ok_or_else(|| {
                PyIndexError::new_err(format!("index must be within ±{length}, got {index}"))
            })
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyList::new(py, self.inner.to_vec())?.call_method0("__iter__")
    }

    #[allow(unsafe_code, reason = "the buffer protocol; hands the request on to a copy")]
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let copy = slf.borrow().copied(slf.py())?;
        // SAFETY: `view` is valid by the protocol. The memoryview fills it, with a reference to
        // itself, so that it is also the one asked to release it.
        match unsafe { ffi::PyObject_GetBuffer(copy.as_ptr(), view, flags) } {
            0 => Ok(()),
            _ => Err(PyErr::fetch(slf.py())),
        }
    }

    fn __repr__(&self) -> String {
        format!("CircularBuffer(size={})", self.inner.capacity())
    }
}

saved_methods!(PyCircularBuffer);
