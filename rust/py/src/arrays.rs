//! Arrays in from Python and out to it, without numpy and without a copy.
//!
//! The buffer protocol works with raw pointers, so this is where the crate's unsafe code lives.

use std::ffi::c_int;

use pyo3::buffer::{Element, PyBuffer, PyUntypedBuffer};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyMemoryView, PyTuple};
use supreme_core::CoreError;

use crate::error::{refused, wrong_type};

/// A one-dimensional array of Python's: a contiguous buffer is read in place, anything else is
/// copied once.
pub(crate) struct Array<T: Code>(PyBuffer<T>);

/// An element type that Python's own `array` can hold.
pub(crate) trait Code: Element {
    /// Type code of `array.array`.
    const CODE: &'static str;
    /// What an array of it is called in messages.
    const WANTED: &'static str;
}

impl Code for f64 {
    const CODE: &'static str = "d";
    const WANTED: &'static str = "a one-dimensional array of float64 (format 'd')";
}

impl Code for i64 {
    const CODE: &'static str = "q";
    const WANTED: &'static str = "a one-dimensional array of int64 (format 'q')";
}

impl Code for i8 {
    const CODE: &'static str = "b";
    const WANTED: &'static str = "a one-dimensional array of int8 (format 'b')";
}

impl<T: Code> Array<T> {
    pub(crate) fn new(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let wrong = || wrong_type(name, T::WANTED, value);
        let Ok(buffer) = PyUntypedBuffer::get(value) else {
            if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
                return Err(wrong());
            }
            return Self::copied(value).map_err(|_| wrong());
        };
        let buffer = buffer.into_typed::<T>().map_err(|_| wrong())?;
        if buffer.dimensions() != 1 {
            return Err(wrong());
        }
        if buffer.is_c_contiguous() {
            return Ok(Self(buffer));
        }
        Self::copied(&PyMemoryView::from(value)?.call_method0("tolist")?)
    }

    fn copied(values: &Bound<'_, PyAny>) -> PyResult<Self> {
        let array = values.py().import("array")?.getattr("array")?;
        PyBuffer::get(&array.call1((T::CODE, values))?).map(Self)
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        self.0.item_count()
    }

    /// The elements. Nothing may call back into Python while they are read.
    #[inline]
    pub(crate) fn iter<'a>(&'a self, _py: Python<'a>) -> impl Iterator<Item = T> + 'a {
        let first = self.0.buf_ptr().cast::<T>().cast_const();
        #[allow(unsafe_code, reason = "reads a Python buffer in place, without a copy")]
        // SAFETY: the buffer is exported by its owner for as long as `self` lives, C-contiguous,
        // of type T (size, alignment and format were checked when it was made typed), and holds
        // `len` elements. Each element is copied out as a plain number; no reference to the memory
        // is ever formed, and no Python code can run while the interpreter is held here.
        (0..self.len()).map(move |index| unsafe { first.add(index).read() })
    }

    /// Refuses an array that is not as long as the first one.
    pub(crate) fn expect_len(&self, name: &'static str, expected: usize) -> PyResult<()> {
        let value = self.len();
        if value == expected {
            return Ok(());
        }
        Err(refused(CoreError::Length { name, value, expected }))
    }
}

/// Owns the numbers behind a memoryview that a batch call returned.
#[pyclass(frozen, name = "Float64Array", module = "supreme_system_v5._core")]
pub(crate) struct PyFloat64Array {
    values: Box<[f64]>,
}

#[pymethods]
impl PyFloat64Array {
    fn __len__(&self) -> usize {
        self.values.len()
    }

    #[allow(
        unsafe_code,
        reason = "the buffer protocol hands out a raw pointer; this is the only place that does"
    )]
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let values = &slf.get().values;
        let bytes = isize::try_from(size_of_val::<[f64]>(values))?;
        let pointer = values.as_ptr().cast_mut().cast();
        // SAFETY: `view` is valid by the protocol. PyBuffer_FillInfo stores a new reference to
        // `slf` in it, which keeps `values` alive until the buffer is released; the box never moves
        // or changes, because the class is frozen, and read-only is declared. The three fields
        // changed afterwards describe the same memory as float64: their storage is static or
        // inside `view` itself, and the length in bytes is a multiple of the item size.
        unsafe {
            if ffi::PyBuffer_FillInfo(view, slf.as_ptr(), pointer, bytes, 1, flags) != 0 {
                return Err(PyErr::fetch(slf.py()));
            }
            (*view).itemsize = isize::try_from(size_of::<f64>())?;
            if flags & ffi::PyBUF_FORMAT == ffi::PyBUF_FORMAT {
                (*view).format = c"d".as_ptr().cast_mut();
            }
            if flags & ffi::PyBUF_ND == ffi::PyBUF_ND {
                // `shape` is &view.len after FillInfo, which counts bytes; count items instead.
                (*view).internal = Box::into_raw(Box::new(bytes / (*view).itemsize)).cast();
                (*view).shape = (*view).internal.cast();
            }
        }
        Ok(())
    }

    #[allow(unsafe_code, reason = "frees what __getbuffer__ put into the view")]
    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: `internal` is null or the box made in __getbuffer__, released exactly once.
        unsafe {
            if !(*view).internal.is_null() {
                drop(Box::from_raw((*view).internal.cast::<isize>()));
            }
        }
    }
}

/// A read-only memoryview of format 'd' that owns `values`; numpy takes it without a copy.
pub(crate) fn into_memoryview(
    py: Python<'_>,
    values: Vec<f64>,
) -> PyResult<Bound<'_, PyMemoryView>> {
    let owner = Bound::new(py, PyFloat64Array { values: values.into_boxed_slice() })?;
    PyMemoryView::from(owner.as_any())
}

/// The outputs of an indicator with several values, one array each; NaN before warm-up.
pub(crate) struct Columns<const N: usize>([Vec<f64>; N]);

impl<const N: usize> Columns<N> {
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self(std::array::from_fn(|_| Vec::with_capacity(capacity)))
    }

    #[inline]
    pub(crate) fn push(&mut self, row: Option<[f64; N]>) {
        for (column, value) in self.0.iter_mut().zip(row.unwrap_or([f64::NAN; N])) {
            column.push(value);
        }
    }

    pub(crate) fn into_tuple(self, py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
        let views = self.0.into_iter().map(|column| into_memoryview(py, column));
        PyTuple::new(py, views.collect::<PyResult<Vec<_>>>()?)
    }
}
