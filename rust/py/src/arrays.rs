//! Arrays in from Python and out to it, without numpy and without a copy.
//!
//! The buffer protocol works with raw pointers, so this is where the crate's unsafe code lives.

use std::ffi::c_int;
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::Arc;

use pyo3::buffer::{Element, PyBuffer, PyUntypedBuffer};
use pyo3::exceptions::PySystemError;
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
    storage: Arc<Vec<f64>>,
    range: Range<usize>,
}

impl PyFloat64Array {
    fn values(&self) -> &[f64] {
        self.storage.get(self.range.clone()).unwrap_or(&[])
    }
}

#[pymethods]
impl PyFloat64Array {
    fn __len__(&self) -> usize {
        self.values().len()
    }

    #[allow(
        unsafe_code,
        reason = "the buffer protocol hands out a raw pointer; only this module does"
    )]
    unsafe fn __getbuffer__(
        slf: Bound<'_, Self>,
        view: *mut ffi::Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let values = slf.get().values();
        let bytes = isize::try_from(size_of_val(values))?;
        let pointer = values.as_ptr().cast_mut().cast();
        // SAFETY: `view` is valid by the protocol. PyBuffer_FillInfo stores a new reference to
        // `slf` in it, which keeps the storage alive until the buffer is released; the storage
        // never moves or changes, because it is shared only after it was filled, and read-only is
        // declared. The fields changed afterwards describe the same memory as float64: their own
        // storage is static or owned by the view through `internal`, and the length in bytes is a
        // multiple of the item size.
        unsafe {
            if ffi::PyBuffer_FillInfo(view, slf.as_ptr(), pointer, bytes, 1, flags) != 0 {
                return Err(PyErr::fetch(slf.py()));
            }
            (*view).itemsize = isize::try_from(size_of::<f64>())?;
            if flags & ffi::PyBUF_FORMAT == ffi::PyBUF_FORMAT {
                (*view).format = c"d".as_ptr().cast_mut();
            }
            if flags & ffi::PyBUF_ND == ffi::PyBUF_ND {
                // FillInfo points `shape` at the length in bytes; count items instead.
                (*view).internal = Box::into_raw(Box::new(bytes / (*view).itemsize)).cast();
                (*view).shape = (*view).internal.cast();
            }
        }
        Ok(())
    }

    #[allow(unsafe_code, reason = "frees what __getbuffer__ put into the view")]
    #[allow(clippy::unused_self, reason = "the signature is the protocol's")]
    unsafe fn __releasebuffer__(&self, view: *mut ffi::Py_buffer) {
        // SAFETY: `internal` is null or the box made in __getbuffer__, released exactly once.
        unsafe {
            if !(*view).internal.is_null() {
                drop(Box::from_raw((*view).internal.cast::<isize>()));
            }
        }
    }
}

/// The outputs of a batch call: N arrays of one length in one piece of memory, or in buffers that
/// the caller lent.
pub(crate) struct Columns<const N: usize> {
    length: usize,
    target: Target<N>,
}

enum Target<const N: usize> {
    Own(Vec<f64>),
    Lent([PyBuffer<f64>; N]),
}

impl<const N: usize> Columns<N> {
    pub(crate) fn new(length: usize) -> Self {
        Self { length, target: Target::Own(Vec::with_capacity(N * length)) }
    }

    /// Columns in buffers of the caller's, each writable, contiguous and `length` long.
    pub(crate) fn lent(length: usize, out: &Bound<'_, PyAny>) -> PyResult<Self> {
        let wrong = || {
            let wanted = format!("{N} writable, contiguous arrays of {length} float64 each");
            wrong_type("out", &wanted, out)
        };
        let given = out.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        let mut buffers = Vec::with_capacity(N);
        for value in &given {
            let buffer = PyBuffer::<f64>::get(value).map_err(|_| wrong())?;
            let fits = buffer.dimensions() == 1 && buffer.item_count() == length;
            if !fits || buffer.readonly() || !buffer.is_c_contiguous() {
                return Err(wrong());
            }
            buffers.push(buffer);
        }
        let buffers = buffers.try_into().map_err(|_| wrong())?;
        Ok(Self { length, target: Target::Lent(buffers) })
    }

    fn rows(&mut self) -> Rows<'_, N> {
        let columns = match &mut self.target {
            Target::Own(values) => {
                let first = values.as_mut_ptr();
                // Inside the capacity, or one past it when the length is 0.
                std::array::from_fn(|column| first.wrapping_add(column * self.length))
            }
            Target::Lent(buffers) => buffers.each_ref().map(|buffer| buffer.buf_ptr().cast()),
        };
        let block = [[0.0; BLOCK]; N];
        Rows { columns, room: self.length, block, used: 0, borrow: PhantomData }
    }

    /// One read-only memoryview of format 'd' per column, which numpy takes without a copy; or the
    /// buffers that were lent.
    pub(crate) fn into_views(self, py: Python<'_>) -> PyResult<[Bound<'_, PyAny>; N]> {
        let length = self.length;
        let mut views = Vec::with_capacity(N);
        match self.target {
            Target::Own(values) => {
                let storage = Arc::new(values);
                for column in 0..N {
                    let range = column * length..(column + 1) * length;
                    let storage = Arc::clone(&storage);
                    let owner = Bound::new(py, PyFloat64Array { storage, range })?;
                    views.push(PyMemoryView::from(owner.as_any())?.into_any());
                }
            }
            Target::Lent(buffers) => {
                views.extend(buffers.iter().filter_map(|buffer| buffer.obj(py).cloned()));
            }
        }
        views.try_into().map_err(|_| PySystemError::new_err("a column is missing"))
    }
}

/// Rows collected before they are moved to their columns: one bound to check per row, not per value.
const BLOCK: usize = 128;

/// Writes [`Columns`] row by row.
pub(crate) struct Rows<'a, const N: usize> {
    /// Where the next row goes, column by column.
    columns: [*mut f64; N],
    /// How many rows fit from there.
    room: usize,
    block: [[f64; BLOCK]; N],
    used: usize,
    borrow: PhantomData<&'a mut f64>,
}

impl<const N: usize> Rows<'_, N> {
    /// Adds a row; `None` is NaN throughout.
    #[inline]
    pub(crate) fn push(&mut self, row: Option<[f64; N]>) {
        let used = self.used; // read once: the stores below cannot change it
        for (column, value) in self.block.iter_mut().zip(row.unwrap_or([f64::NAN; N])) {
            if let Some(place) = column.get_mut(used) {
                *place = value;
            }
        }
        self.used = used + 1;
        if self.used == BLOCK {
            self.flush();
        }
    }

    #[cold]
    #[inline(never)]
    fn flush(&mut self) {
        let rows = self.used.min(self.room);
        for (column, block) in self.columns.iter_mut().zip(&self.block) {
            #[allow(unsafe_code, reason = "writes memory that is not initialised, or is Python's")]
            // SAFETY: `column` points to at least `room` writable f64 that the borrowed Columns
            // own or hold exported, and `rows` is within both `room` and the block. Raw copies, so
            // lent buffers may overlap each other or the input, whose part written was read.
            unsafe {
                block.as_ptr().copy_to(*column, rows);
                *column = column.add(rows);
            }
        }
        self.room -= rows;
        self.used = 0;
    }
}

impl<const N: usize> Columns<N> {
    /// Fills the columns by `write`, which must push exactly as many rows as the columns are long.
    pub(crate) fn fill(
        &mut self,
        write: impl FnOnce(&mut Rows<'_, N>) -> PyResult<()>,
    ) -> PyResult<()> {
        let mut rows = self.rows();
        write(&mut rows)?;
        rows.flush();
        let missing = rows.room;
        if missing > 0 {
            return Err(PySystemError::new_err(format!("{missing} rows were not written")));
        }
        if let Target::Own(values) = &mut self.target {
            #[allow(unsafe_code, reason = "the memory was written through pointers")]
            // SAFETY: all N columns of `length` were written: no room is left in any of them.
            unsafe {
                values.set_len(N * self.length);
            }
        }
        Ok(())
    }
}

/// A read-only memoryview of format 'd' over a copy of `values`.
pub(crate) fn view_of<'py>(py: Python<'py>, values: &[f64]) -> PyResult<Bound<'py, PyAny>> {
    let mut column = Columns::<1>::new(values.len());
    column.fill(|rows| {
        for value in values {
            rows.push(Some([*value]));
        }
        Ok(())
    })?;
    let [view] = column.into_views(py)?;
    Ok(view)
}
