//! Arrays in from Python and out to it, without numpy and without a copy.
//!
//! The buffer protocol works with raw pointers, so this is where the crate's unsafe code lives.

use std::ffi::c_int;
use std::mem::{self, MaybeUninit};
use std::ops::Range;
use std::sync::Arc;

use pyo3::buffer::{Element, PyUntypedBuffer};
use pyo3::exceptions::PySystemError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyMemoryView, PyTuple};
use supreme_core::CoreError;
use supreme_core::indicators::Indicator;

use crate::convert;
use crate::error::{refused, refused_at, wrong_type};

/// A one-dimensional array of Python's: a contiguous buffer is read in place, anything else is
/// copied once.
pub(crate) enum Array<T: Code> {
    InPlace(PyUntypedBuffer),
    Copied(Vec<T>),
}

/// A type that the elements of an array may have.
pub(crate) trait Code: Element {
    /// Formats in which a buffer may name it, without the mark of the byte order.
    const FORMATS: &'static [u8];
    /// What an array of it is called in messages.
    const WANTED: &'static str;

    /// The element that a list holds.
    fn of_item(name: &'static str, item: &Bound<'_, PyAny>) -> PyResult<Self>;

    /// The element of these bytes, of which there are enough.
    fn of_bytes(bytes: &[u8]) -> Self;
}

/// An element from its bytes in this machine's order.
macro_rules! of_bytes {
    () => {
        fn of_bytes(bytes: &[u8]) -> Self {
            bytes.try_into().map_or(Self::default(), Self::from_ne_bytes)
        }
    };
}

impl Code for f64 {
    const FORMATS: &'static [u8] = b"d";
    const WANTED: &'static str = "a one-dimensional array of float64 (format 'd')";

    fn of_item(name: &'static str, item: &Bound<'_, PyAny>) -> PyResult<Self> {
        convert::float(name, item)
    }

    of_bytes!();
}

impl Code for i64 {
    const FORMATS: &'static [u8] = b"ql";
    const WANTED: &'static str = "a one-dimensional array of int64 (format 'q')";

    fn of_item(name: &'static str, item: &Bound<'_, PyAny>) -> PyResult<Self> {
        convert::integer(name, item)
    }

    of_bytes!();
}

impl Code for i8 {
    const FORMATS: &'static [u8] = b"b";
    const WANTED: &'static str = "a one-dimensional array of int8 (format 'b')";

    fn of_item(name: &'static str, item: &Bound<'_, PyAny>) -> PyResult<Self> {
        let value = convert::integer(name, item)?;
        Self::try_from(value)
            .map_err(|_| refused(CoreError::Integer { name, value, min: -1, max: 1 }))
    }

    of_bytes!();
}

/// True when the elements lie one after the other where this machine can read them as T.
fn in_place<T: Code>(buffer: &PyUntypedBuffer) -> bool {
    buffer.is_c_contiguous() && buffer.buf_ptr().cast::<T>().is_aligned()
}

/// True when the elements are of type T in this machine's byte order.
fn holds<T: Code>(buffer: &PyUntypedBuffer) -> bool {
    let format = buffer.format().to_bytes();
    let native = if cfg!(target_endian = "little") { b'<' } else { b'>' };
    let code = match format {
        [order, rest @ ..] if [b'@', b'=', native].contains(order) => rest,
        whole => whole,
    };
    let known = matches!(code, [code] if T::FORMATS.contains(code));
    known && buffer.item_size() == size_of::<T>()
}

impl<T: Code> Array<T> {
    pub(crate) fn new(name: &'static str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let wrong = || wrong_type(name, T::WANTED, value);
        // A memoryview spells out what some exporters, ctypes for one, leave out.
        let view = || PyUntypedBuffer::get(PyMemoryView::from(value)?.as_any());
        let Ok(buffer) = PyUntypedBuffer::get(value).or_else(|_| view()) else {
            if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
                return Err(wrong());
            }
            let items = value.try_iter()?.map(|item| T::of_item(name, &item?));
            return items.collect::<PyResult<_>>().map(Self::Copied);
        };
        if !holds::<T>(&buffer) || buffer.dimensions() != 1 {
            return Err(wrong());
        }
        if in_place::<T>(&buffer) {
            return Ok(Self::InPlace(buffer));
        }
        let bytes = PyMemoryView::from(value)?.call_method0("tobytes")?;
        let items = bytes.cast::<PyBytes>()?.as_bytes().chunks_exact(size_of::<T>());
        Ok(Self::Copied(items.map(T::of_bytes).collect()))
    }

    /// Number of elements.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::InPlace(buffer) => buffer.item_count(),
            Self::Copied(items) => items.len(),
        }
    }

    /// The elements. Nothing may call back into Python while they are read.
    #[inline]
    pub(crate) fn iter<'a>(
        &'a self,
        _py: Python<'a>,
    ) -> impl ExactSizeIterator<Item = T> + use<'a, T> {
        let first = match self {
            Self::InPlace(buffer) => buffer.buf_ptr().cast::<T>().cast_const(),
            Self::Copied(items) => items.as_ptr(),
        };
        #[allow(unsafe_code, reason = "reads a Python buffer in place, without a copy")]
        // SAFETY: `first` points to `len` elements of type T, one after the other, aligned, in this
        // machine's byte order (all checked), which a vector or the exporter of the buffer keeps
        // where they are for as long as `self` lives. Each is copied out as a plain number; no
        // reference to the memory is ever formed, and no Python code can run while the
        // interpreter is held here.
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
    Lent([PyUntypedBuffer; N]),
}

/// Where one number goes.
type Place<'a> = &'a mut MaybeUninit<f64>;

impl<const N: usize> Columns<N> {
    pub(crate) fn new(length: usize) -> Self {
        Self { length, target: Target::Own(Vec::with_capacity(N * length)) }
    }

    /// Columns in buffers of the caller's, each writable, contiguous, as long as `input`, and apart
    /// from it and from each other.
    pub(crate) fn lent(input: &Array<f64>, out: &Bound<'_, PyAny>) -> PyResult<Self> {
        let length = input.len();
        let wrong = || {
            let wanted = format!("{N} writable, separate, contiguous arrays of {length} float64");
            wrong_type("out", &wanted, out)
        };
        let mut taken = Vec::with_capacity(N + 1);
        if let Array::InPlace(buffer) = input {
            taken.push(span(buffer));
        }
        let mut buffers = Vec::with_capacity(N);
        for value in out.try_iter().map_err(|_| wrong())? {
            let buffer = PyUntypedBuffer::get(&value?).map_err(|_| wrong())?;
            let fits = buffer.dimensions() == 1 && buffer.item_count() == length;
            if !holds::<f64>(&buffer) || !fits || buffer.readonly() {
                return Err(wrong());
            }
            if length == 0 {
                return Ok(Self::new(0)); // nothing to write, and an address that says nothing
            }
            if !in_place::<f64>(&buffer) {
                return Err(wrong());
            }
            let mine = span(&buffer);
            let apart =
                taken.iter().all(|other| mine.end <= other.start || other.end <= mine.start);
            if !apart {
                return Err(wrong());
            }
            taken.push(mine);
            buffers.push(buffer);
        }
        let buffers = buffers.try_into().map_err(|_| wrong())?;
        Ok(Self { length, target: Target::Lent(buffers) })
    }

    /// The columns, as memory to be written.
    fn slices(&mut self) -> [&mut [MaybeUninit<f64>]; N] {
        let length = self.length;
        match &mut self.target {
            Target::Own(values) => {
                let mut rest = values.spare_capacity_mut();
                std::array::from_fn(|_| {
                    let (column, others) = mem::take(&mut rest).split_at_mut(length);
                    rest = others;
                    column
                })
            }
            Target::Lent(buffers) => buffers.each_ref().map(|buffer| {
                #[allow(unsafe_code, reason = "writes into a Python buffer in place")]
                // SAFETY: the buffer is exported, writable, contiguous and `length` long,
                // and `lent` made sure that no other column nor the input shares its memory. It is
                // only written to, with whole numbers, while the interpreter is held.
                unsafe {
                    std::slice::from_raw_parts_mut(buffer.buf_ptr().cast(), length)
                }
            }),
        }
    }

    /// One read-only memoryview of format 'd' per column, which numpy takes without a copy; or the
    /// buffers that were lent.
    fn into_views(self, py: Python<'_>) -> PyResult<[Bound<'_, PyAny>; N]> {
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

/// Columns walked side by side: zipped, so that one counter serves them all.
pub(crate) trait Rows<'a, const N: usize> {
    fn rows(self) -> impl Iterator<Item = [Place<'a>; N]>;
}

type Column<'a> = &'a mut [MaybeUninit<f64>];

impl<'a> Rows<'a, 1> for [Column<'a>; 1] {
    fn rows(self) -> impl Iterator<Item = [Place<'a>; 1]> {
        let [a] = self;
        a.iter_mut().map(|a| [a])
    }
}

impl<'a> Rows<'a, 3> for [Column<'a>; 3] {
    fn rows(self) -> impl Iterator<Item = [Place<'a>; 3]> {
        let [a, b, c] = self;
        a.iter_mut().zip(b).zip(c).map(|((a, b), c)| [a, b, c])
    }
}

impl<'a> Rows<'a, 5> for [Column<'a>; 5] {
    fn rows(self) -> impl Iterator<Item = [Place<'a>; 5]> {
        let [first, b, c, d, last] = self;
        let rows = first.iter_mut().zip(b).zip(c).zip(d).zip(last);
        rows.map(|((((first, b), c), d), last)| [first, b, c, d, last])
    }
}

/// Runs an indicator over `inputs` and returns its outputs, `row` giving the values of one.
pub(crate) fn batch<'py, I, const N: usize>(
    py: Python<'py>,
    indicator: &I,
    inputs: impl ExactSizeIterator<Item = Result<I::Input, CoreError>>,
    mut columns: Columns<N>,
    row: impl Fn(I::Output) -> [f64; N],
) -> PyResult<[Bound<'py, PyAny>; N]>
where
    I: Indicator,
    for<'a> [Column<'a>; N]: Rows<'a, N>,
{
    if inputs.len() != columns.length {
        return Err(PySystemError::new_err("a batch with as many outputs as inputs was expected"));
    }
    let places = columns.slices().rows();
    let mut written = 0;
    let write = |places: [Place<'_>; N], value: Option<I::Output>| {
        written += 1;
        for (place, value) in places.into_iter().zip(value.map_or([f64::NAN; N], &row)) {
            place.write(value);
        }
    };
    indicator.batch(inputs.zip(places), write).map_err(refused_at)?;
    if written != columns.length {
        return Err(PySystemError::new_err("a batch left places unwritten"));
    }
    if let Target::Own(values) = &mut columns.target {
        #[allow(unsafe_code, reason = "the memory was written place by place")]
        // SAFETY: as many rows were written as the columns are long, each to a place of its own,
        // and N * length is the capacity reserved by `new`.
        unsafe {
            values.set_len(N * columns.length);
        }
    }
    columns.into_views(py)
}

/// Where the numbers of a buffer lie in memory.
fn span(buffer: &PyUntypedBuffer) -> Range<usize> {
    let start = buffer.buf_ptr().addr();
    start..start + buffer.len_bytes()
}

/// A read-only memoryview of format 'd' that owns `values`.
pub(crate) fn view_of(py: Python<'_>, values: Vec<f64>) -> PyResult<Bound<'_, PyAny>> {
    let [view] = Columns { length: values.len(), target: Target::Own(values) }.into_views(py)?;
    Ok(view)
}
