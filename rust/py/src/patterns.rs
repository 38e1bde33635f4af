//! Binding of the candlestick patterns.

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMemoryView, PySlice, PyString, PyTuple};
use supreme_core::AtIndex;
use supreme_core::patterns::{CandlestickPatterns, NAMES, Ohlc};

use crate::arrays::Array;
use crate::convert;
use crate::error::{refused, refused_at};
use crate::methods::Saved;

/// The 61 candlestick patterns of TA-Lib, incrementally and with its defaults.
///
/// What TA-Lib says over the whole series is said bar by bar, and is the same on every bar. All
/// bars from the first one count, because TA-Lib's totals run on from there; docs/definitions.md
/// says how. Some are looked for from the third bar on, all from bar 15 on. O(1) time and memory
/// per update. Source: TA-Lib 0.8.
///
/// Raises:
///     InvalidInputError: A price is not a finite number from 1e-15 to 1e15, `high` is below `low`,
///         or `open` or `close` is outside them.
///     InvalidTypeError: An argument has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import CandlestickPatterns
///     >>> patterns = CandlestickPatterns()
///     >>> [patterns.update(10.0, 11.0, 9.0, 9.5), patterns.update(9.5, 10.0, 9.0, 9.25)]
///     [{}, {}]
///     >>> patterns.update(9.0, 12.0, 8.5, 11.5)
///     {'CDLENGULFING': 100}
#[pyclass(name = "CandlestickPatterns", module = "supreme_system_v5.optimized.patterns")]
pub(crate) struct PyCandlestickPatterns {
    inner: CandlestickPatterns,
    names: Py<PyTuple>,
}

impl Saved for PyCandlestickPatterns {
    const KIND: &'static str = "CandlestickPatterns";
    type Inner = CandlestickPatterns;

    fn inner(&self) -> &CandlestickPatterns {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        Ok(PyTuple::empty(py))
    }
}

#[pymethods]
impl PyCandlestickPatterns {
    #[new]
    #[pyo3(text_signature = "()")]
    fn py_new(py: Python<'_>) -> PyResult<Self> {
        let names = PyTuple::new(py, NAMES.map(|name| PyString::intern(py, name)))?;
        Ok(Self { inner: CandlestickPatterns::new(), names: names.unbind() })
    }

    /// Take one bar; return TA-Lib's value of each pattern that it completes, by name.
    #[pyo3(signature = (open, high, low, close, /))]
    fn update<'py>(
        &mut self,
        open: &Bound<'py, PyAny>,
        high: &Bound<'py, PyAny>,
        low: &Bound<'py, PyAny>,
        close: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = open.py();
        let open = convert::float("open", open)?;
        let high = convert::float("high", high)?;
        let low = convert::float("low", low)?;
        let close = convert::float("close", close)?;
        let bar = Ohlc::new(open, high, low, close).map_err(refused)?;
        let patterns = PyDict::new(py);
        let names = self.names.bind(py);
        for (place, value) in self.inner.update(bar).present() {
            patterns.set_item(names.get_borrowed_item(place)?, value)?;
        }
        Ok(patterns)
    }

    /// Run fresh patterns over arrays of bars.
    ///
    /// Args:
    ///     open: Any one-dimensional float64 buffer, read without a copy, or a list.
    ///     high: As long as `open`.
    ///     low: As long as `open`.
    ///     close: As long as `open`.
    ///
    /// Returns:
    ///     For each of TA-Lib's names a read-only memoryview of int32, as long as `open`, 0 where
    ///     the pattern is not there; 244 bytes a bar together.
    #[pyo3(signature = (open, high, low, close, /))]
    fn batch<'py>(
        &self,
        open: &Bound<'py, PyAny>,
        high: &Bound<'py, PyAny>,
        low: &Bound<'py, PyAny>,
        close: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let py = open.py();
        let open = Array::<f64>::new("open", open)?;
        let high = Array::<f64>::new("high", high)?;
        let low = Array::<f64>::new("low", low)?;
        let close = Array::<f64>::new("close", close)?;
        let length = open.len();
        high.expect_len("high", length)?;
        low.expect_len("low", length)?;
        close.expect_len("close", length)?;
        let bars = open.iter(py).zip(high.iter(py)).zip(low.iter(py)).zip(close.iter(py));
        let bars = bars.map(|(((open, high), low), close)| Ohlc::new(open, high, low, close));

        let size = length.checked_mul(NAMES.len() * size_of::<i32>());
        let size = size.ok_or_else(|| PyMemoryError::new_err("too many bars"))?;
        let columns = PyBytes::new_with(py, size, |cells| {
            let mut fresh = CandlestickPatterns::new();
            for (index, bar) in bars.enumerate() {
                let bar = bar.map_err(|error| refused_at(AtIndex { index, error }))?;
                for (place, value) in fresh.update(bar).present() {
                    let start = (place * length + index) * size_of::<i32>();
                    let cell = cells.get_mut(start..start + size_of::<i32>());
                    cell.unwrap_or_default().copy_from_slice(&i32::from(value).to_ne_bytes());
                }
            }
            Ok(())
        })?;
        let columns = PyMemoryView::from(&columns)?.call_method1("cast", ("i",))?;
        let patterns = PyDict::new(py);
        for (place, name) in self.names.bind(py).iter_borrowed().enumerate() {
            let start = isize::try_from(place * length)?;
            let end = isize::try_from((place + 1) * length)?;
            patterns.set_item(name, columns.get_item(PySlice::new(py, start, end, 1))?)?;
        }
        Ok(patterns)
    }

    /// TA-Lib's names of all patterns, in its order.
    #[getter]
    fn names(&self, py: Python<'_>) -> Py<PyTuple> {
        self.names.clone_ref(py)
    }

    #[allow(clippy::unused_self, reason = "the signature is the protocol's")]
    fn __repr__(&self) -> &'static str {
        "CandlestickPatterns()"
    }
}

indicator_methods!(PyCandlestickPatterns);
