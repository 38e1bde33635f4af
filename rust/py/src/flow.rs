//! Binding of the windows of flows.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use supreme_core::flow::{FlowWindows, Part};

use crate::convert::{self, Arg};
use crate::error::{refused, wrong_type};
use crate::methods::Saved;

const PARTS: &str = "a list of tuples (source, target, units, flags)";

/// What flows between exchanges and the world, over hours and against the days before.
///
/// A lane is a place. Exchanges have the lanes from 4 on; the first four fill themselves: 0 counts
/// parts (as inflow), 1 is all exchanges together, 2 has amounts with an owner known (inflow) and
/// without (outflow), 3 those that are unconfirmed (inflow) and suspect (outflow). Cells of 5
/// minutes are kept for a day and cells of an hour for 31 days, by the time of the newest
/// transaction; what is older is forgotten. A lane that something flows through takes 16.5 KB.
///
/// Amounts are whole units of 1e-8, so sums are exact. Counting takes less than a microsecond. The
/// newest transactions are remembered, so that each counts once and can be taken back.
///
/// Args:
///     lanes: 5 to 96.
///     transactions: Most parts of transactions that are remembered, 1 to 16 384; 56 bytes each.
///
/// Raises:
///     InvalidInputError: A number is out of range, or the sum of a cell would not fit 64 bits;
///         nothing changes then.
///     InvalidTypeError: An argument has the wrong type.
///
/// Source: ``docs/whales.md``, "Windows".
///
/// Example:
///     >>> from supreme_system_v5.optimized import FlowWindows
///     >>> windows, now = FlowWindows(), 1_700_000_000_000_000_000
///     >>> windows.add(7, now, [(-1, 4, 250_00000000, 4)])  # 250 coins to the exchange of lane 4
///     True
///     >>> windows.add(7, now, [(-1, 4, 250_00000000, 4)])  # told again
///     False
///     >>> windows.totals(4, 1, now), windows.totals(1, 24, now)
///     ((25000000000, 0), (25000000000, 0))
///     >>> windows.remove(7), windows.totals(4, 1, now)
///     (True, (0, 0))
#[pyclass(name = "FlowWindows", module = "supreme_system_v5.optimized.flow")]
pub(crate) struct PyFlowWindows {
    inner: FlowWindows,
}

impl Saved for PyFlowWindows {
    const KIND: &'static str = "FlowWindows";
    type Inner = FlowWindows;

    fn inner(&self) -> &FlowWindows {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.lanes(), self.inner.transactions()).into_pyobject(py)
    }
}

#[pymethods]
impl PyFlowWindows {
    #[new]
    #[pyo3(
        signature = (lanes = Arg::Default, transactions = Arg::Default),
        text_signature = "(lanes=48, transactions=4096)"
    )]
    fn py_new(lanes: Arg<'_, '_>, transactions: Arg<'_, '_>) -> PyResult<Self> {
        let lanes = lanes.integer("lanes", 48)?;
        let transactions = transactions.integer("transactions", 4096)?;
        Ok(Self { inner: FlowWindows::new(lanes, transactions).map_err(refused)? })
    }

    /// Count a transaction; False, and no change, when one of this key is remembered.
    ///
    /// Args:
    ///     key: Any integer of 64 bits that stands for the transaction.
    ///     time_ns: When it happened, nanoseconds UTC.
    ///     parts: Tuples (source, target, units, flags), at most 96: the lanes of the exchanges that
    ///         an amount left and reached (-1 for none), the amount, 1 to 1e18, and the sum of
    ///         1 (unconfirmed), 2 (suspect) and 4 (an owner is known).
    #[pyo3(signature = (key, time_ns, parts, /))]
    fn add(
        &mut self,
        key: &Bound<'_, PyAny>,
        time_ns: &Bound<'_, PyAny>,
        parts: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let key = convert::integer("key", key)?;
        let time_ns = convert::integer("time_ns", time_ns)?;
        let list = parts.cast::<PyList>().map_err(|_| wrong_type("parts", PARTS, parts))?;
        let mut checked = Vec::with_capacity(list.len());
        for part in list {
            let numbers = part.cast::<PyTuple>().map_err(|_| wrong_type("parts", PARTS, &part))?;
            if numbers.len() != 4 {
                return Err(wrong_type("parts", PARTS, parts));
            }
            let source = convert::integer("source", &numbers.get_item(0)?)?;
            let target = convert::integer("target", &numbers.get_item(1)?)?;
            let units = convert::integer("units", &numbers.get_item(2)?)?;
            let flags = convert::integer("flags", &numbers.get_item(3)?)?;
            checked.push(Part::new(source, target, units, flags).map_err(refused)?);
        }
        self.inner.add(key, time_ns, &checked).map_err(refused)
    }

    /// Take a transaction back; False when it is not remembered.
    #[pyo3(signature = (key, /))]
    fn remove(&mut self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        Ok(self.inner.remove(convert::integer("key", key)?))
    }

    /// Return the flags of a transaction, of all its parts; None when it is not remembered.
    #[pyo3(signature = (key, /))]
    fn flags(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<u8>> {
        Ok(self.inner.flags(convert::integer("key", key)?))
    }

    /// Return what went in and out in the last hours, in cells of 5 minutes.
    ///
    /// Args:
    ///     lane: Of which place.
    ///     hours: 1 to 24; the last cell is the one that `now_ns` lies in.
    ///     now_ns: Time, nanoseconds UTC.
    #[pyo3(signature = (lane, hours, now_ns, /))]
    fn totals(
        &self,
        lane: &Bound<'_, PyAny>,
        hours: &Bound<'_, PyAny>,
        now_ns: &Bound<'_, PyAny>,
    ) -> PyResult<(i128, i128)> {
        let lane = convert::integer("lane", lane)?;
        let hours = convert::integer("hours", hours)?;
        let now_ns = convert::integer("now_ns", now_ns)?;
        self.inner.totals(lane, hours, now_ns).map_err(refused)
    }

    /// Return the same at this hour of each of the 30 days before, yesterday first.
    ///
    /// In cells of an hour; None for a day in whose 24 hours nothing at all was counted.
    #[pyo3(signature = (lane, hours, now_ns, /))]
    fn history(
        &self,
        lane: &Bound<'_, PyAny>,
        hours: &Bound<'_, PyAny>,
        now_ns: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<Option<(i128, i128)>>> {
        let lane = convert::integer("lane", lane)?;
        let hours = convert::integer("hours", hours)?;
        let now_ns = convert::integer("now_ns", now_ns)?;
        self.inner.history(lane, hours, now_ns).map_err(refused)
    }

    /// Return the largest part that is remembered of the last hours, 0 for none.
    #[pyo3(signature = (hours, now_ns, /))]
    fn largest(&self, hours: &Bound<'_, PyAny>, now_ns: &Bound<'_, PyAny>) -> PyResult<i64> {
        let hours = convert::integer("hours", hours)?;
        let now_ns = convert::integer("now_ns", now_ns)?;
        self.inner.largest(hours, now_ns).map_err(refused)
    }

    /// How many lanes there are.
    #[getter]
    fn lanes(&self) -> usize {
        self.inner.lanes()
    }

    /// How many parts of transactions are remembered at most.
    #[getter]
    fn transactions(&self) -> usize {
        self.inner.transactions()
    }

    /// Bytes of memory reserved.
    #[getter]
    fn nbytes(&self) -> usize {
        self.inner.bytes()
    }

    /// Forget everything; the parameters stay.
    fn reset(&mut self) {
        self.inner.reset();
    }

    fn __len__(&self) -> usize {
        self.inner.len()
    }

    fn __repr__(&self) -> String {
        let (lanes, transactions) = (self.inner.lanes(), self.inner.transactions());
        format!("FlowWindows(lanes={lanes}, transactions={transactions})")
    }
}

saved_methods!(PyFlowWindows);
