//! Binding of the windows of flows.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};
use supreme_core::flow::{FlowWindows, Outcome, Part, Standing, Telling};
use supreme_core::numbers::integer_within;

use crate::convert::{self, Arg};
use crate::error::{not_allowed, refused, wrong_type};
use crate::methods::Saved;

const STANDINGS: &str = "\"unconfirmed\", \"confirmed\", \"removed\" or \"replaced\"";
const PARTS: &str = "a list of tuples (source, target, units, flags)";

/// What flows between exchanges and the world, over hours and against the days before.
///
/// A lane is a place. Exchanges have the lanes from 4 on; the first four fill themselves: 0 counts
/// parts (inflow) and those that are named by hindsight (outflow), 1 is all exchanges together, 2 has amounts with an owner known (inflow) and
/// without (outflow), 3 those that are unconfirmed (inflow) and suspect (outflow). Cells of 5
/// minutes are kept for a day, and net in cells of an hour for 31 days, by the time of the newest
/// transaction; what is older is forgotten. A lane that something flows through takes 10.6 KB.
///
/// Amounts are whole units of 1e-8, so sums are exact. Counting takes less than a microsecond. The
/// newest transactions are remembered, so that each counts once, as all that was said of it has it,
/// in whatever order it was said.
///
/// Args:
///     lanes: 5 to 96.
///     transactions: Most parts of transactions that are remembered, 1 to 16 384; 92 bytes each at
///         most.
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
///     >>> part = (-1, 4, 250_00000000, 4)  # 250 coins to the exchange of lane 4
///     >>> windows.tell(7, "confirmed", now, now, 1, 0, [part])
///     'counted'
///     >>> windows.tell(7, "confirmed", now, now, 1, 0, [part])  # told again
///     'repeated'
///     >>> windows.totals(4, 1, now), windows.totals(1, 24, now)
///     ((25000000000, 0), (25000000000, 0))
///     >>> windows.tell(7, "removed", now, now, 0, 0, []), windows.totals(4, 1, now)
///     ('reversed', (0, 0))
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

    /// Take a word about a transaction, and count it as all words together have it.
    ///
    /// Words may come in any order: standing is by the latest `said_ns` (at the same, what left the
    /// chain has left it; then by the latest `heard_ns`), and "replaced" is for good; parts are by
    /// the highest `quality`, then the latest `heard_ns`, then `tie`; it is filed at the earliest
    /// `said_ns` that named parts.
    ///
    /// Args:
    ///     key: Any integer of 64 bits that stands for the transaction.
    ///     standing: "unconfirmed", "confirmed", "removed" (it left the chain) or "replaced".
    ///     said_ns: The chain's time of that, nanoseconds UTC.
    ///     heard_ns: When it was received.
    ///     quality: How much it knows, 0 to 255.
    ///     tie: Decides between equals, 0 to 4 294 967 295.
    ///     parts: Tuples (source, target, units, flags), at most 96: the lanes of the exchanges that
    ///         an amount left and reached (-1 for none), the amount, 1 to 1e18, and the sum of
    ///         2 (suspect), 4 (an owner is known) and 8 (by a label that is younger).
    ///
    /// Returns:
    ///     "counted" (for the first time or anew), "repeated" (nothing changes), "reversed" (taken
    ///     back), "void" (stays out: it was removed or replaced), "unknown" (taken back before it
    ///     was counted, or remembered no more) or "ignored" (it moved nothing).
    #[pyo3(signature = (key, standing, said_ns, heard_ns, quality, tie, parts, /))]
    #[expect(clippy::too_many_arguments, reason = "one call for each transfer, without an object")]
    fn tell(
        &mut self,
        key: &Bound<'_, PyAny>,
        standing: &Bound<'_, PyAny>,
        said_ns: &Bound<'_, PyAny>,
        heard_ns: &Bound<'_, PyAny>,
        quality: &Bound<'_, PyAny>,
        tie: &Bound<'_, PyAny>,
        parts: &Bound<'_, PyAny>,
    ) -> PyResult<&'static str> {
        let key = convert::integer("key", key)?;
        let quality = integer_within("quality", convert::integer("quality", quality)?, 0, 255);
        let tie = convert::integer("tie", tie)?;
        let tie = integer_within("tie", tie, 0, i64::from(u32::MAX)).map_err(refused)?;
        let telling = Telling {
            standing: standing_of(standing)?,
            said_ns: convert::integer("said_ns", said_ns)?,
            heard_ns: convert::integer("heard_ns", heard_ns)?,
            quality: u8::try_from(quality.map_err(refused)?).unwrap_or(0),
            tie: u32::try_from(tie).unwrap_or(0),
            parts: parts_of(parts)?,
        };
        Ok(match self.inner.tell(key, &telling).map_err(refused)? {
            Outcome::Counted => "counted",
            Outcome::Repeated => "repeated",
            Outcome::Reversed => "reversed",
            Outcome::Void => "void",
            Outcome::Unknown => "unknown",
            Outcome::Ignored => "ignored",
        })
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

    /// Return the net flow at this hour of each of the 30 days before, yesterday first.
    ///
    /// In cells of an hour; None for a day in whose 24 hours nothing at all was counted. Of lane 0
    /// it is the number of parts.
    #[pyo3(signature = (lane, hours, now_ns, /))]
    fn history(
        &self,
        lane: &Bound<'_, PyAny>,
        hours: &Bound<'_, PyAny>,
        now_ns: &Bound<'_, PyAny>,
    ) -> PyResult<Vec<Option<i128>>> {
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

    /// How many transactions left the memory that could still have been taken back.
    #[getter]
    fn forgotten(&self) -> u64 {
        self.inner.forgotten()
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

fn standing_of(value: &Bound<'_, PyAny>) -> PyResult<Standing> {
    let text = value.cast::<PyString>().map_err(|_| wrong_type("standing", "a str", value))?;
    match text.to_str().unwrap_or_default() {
        "unconfirmed" => Ok(Standing::Unconfirmed),
        "confirmed" => Ok(Standing::Confirmed),
        "removed" => Ok(Standing::Removed),
        "replaced" => Ok(Standing::Replaced),
        _ => Err(not_allowed("standing", STANDINGS, value)),
    }
}

fn parts_of(parts: &Bound<'_, PyAny>) -> PyResult<Vec<Part>> {
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
    Ok(checked)
}
