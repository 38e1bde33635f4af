//! Binding of the search for gaps in columns of times.

use pyo3::prelude::*;
use supreme_core::market_data::GapFinder;
use supreme_core::numbers::integer_within;

use crate::arrays::Array;
use crate::convert;
use crate::error::refused;

/// Finds times that lie far after all before them, over any number of columns.
///
/// About a nanosecond per time.
///
/// Args:
///     limit_ns: Longest pause that is no gap, in nanoseconds, at least 0.
///
/// Raises:
///     InvalidInputError: A value is out of range.
///     InvalidTypeError: A value has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.optimized import GapFinder
///     >>> finder = GapFinder(60)
///     >>> finder.find([100, 160, 150, 221])
///     [(3, 61)]
///     >>> finder.find([222, 300])
///     [(1, 78)]
///     >>> finder.latest_ns
///     300
#[pyclass(name = "GapFinder", module = "supreme_system_v5.optimized.decoders")]
pub(crate) struct PyGapFinder {
    inner: GapFinder,
}

#[pymethods]
impl PyGapFinder {
    #[new]
    #[pyo3(text_signature = "(limit_ns)")]
    fn py_new(limit_ns: &Bound<'_, PyAny>) -> PyResult<Self> {
        let limit = convert::integer("limit_ns", limit_ns)?;
        let limit = integer_within("limit_ns", limit, 0, i64::MAX).map_err(refused)?;
        Ok(Self { inner: GapFinder::new(limit) })
    }

    /// Return place and length of each gap in the next times.
    ///
    /// Args:
    ///     timestamps_ns: Times in nanoseconds; the first of all makes no gap, and neither does one
    ///         that runs backward.
    #[pyo3(text_signature = "($self, timestamps_ns, /)")]
    fn find(
        &mut self,
        py: Python<'_>,
        timestamps_ns: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<(usize, i64)>> {
        let times = Array::<i64>::new("timestamps_ns", timestamps_ns)?;
        let mut gaps = Vec::new();
        self.inner.each(times.iter(py), |place, pause| gaps.push((place, pause)));
        Ok(gaps)
    }

    /// Latest time so far, None before the first.
    #[getter]
    fn latest_ns(&self) -> Option<i64> {
        self.inner.latest_ns()
    }

    fn __repr__(&self) -> String {
        format!("GapFinder(limit_ns={})", self.inner.limit_ns())
    }
}
