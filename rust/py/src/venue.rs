//! Venues, reports and trips: the values of `supreme_system_v5.domain`, read and built here.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyString, PyTuple, PyType};
use supreme_core::ledger::{Fill, Trip};
use supreme_core::numbers::{TIMESTAMP_MAX, integer_within};
use supreme_core::venue::{Report, Venue};

use crate::convert;
use crate::error::{not_allowed, refused, wrong_type};

/// A tuple of Python's from values of any kind.
macro_rules! tuple {
    ($py:expr, $($value:expr),+ $(,)?) => {
        PyTuple::new($py, [$(pyo3::IntoPyObjectExt::into_bound_py_any($value, $py)?),+])?
    };
}
pub(crate) use tuple;

/// Largest initial cash: 1e10 quote.
const CASH_MAX: i64 = 1_000_000_000_000_000_000;
/// Largest amount of a report: 1e16 quote.
const MONEY_MAX: i128 = 1_000_000_000_000_000_000_000_000;
/// Largest fee in base: 1e16.
const HOLDING_MAX: i128 = 10_000_000_000_000_000_000_000_000_000;
/// Largest price and quantity, in units of their grids.
const UNITS_MAX: i128 = 1 << 53;

fn class<'py>(
    py: Python<'py>,
    cell: &'static PyOnceLock<Py<PyType>>,
    name: &str,
) -> PyResult<&'py Bound<'py, PyType>> {
    cell.import(py, "supreme_system_v5.domain", name)
}

static UNITS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static REPORT: PyOnceLock<Py<PyType>> = PyOnceLock::new();
static TRIP: PyOnceLock<Py<PyType>> = PyOnceLock::new();

/// Money to begin with.
pub(crate) fn money(value: &Bound<'_, PyAny>) -> PyResult<i64> {
    integer_within("initial_cash", convert::integer("initial_cash", value)?, 1, CASH_MAX)
        .map_err(refused)
}

/// The venue in a `VenueUnits`.
pub(crate) fn read(units: &Bound<'_, PyAny>) -> PyResult<Venue> {
    if !units.is_instance(class(units.py(), &UNITS, "VenueUnits")?)? {
        return Err(wrong_type("units", "a VenueUnits", units));
    }
    let integer = |name: &'static str| convert::integer(name, &units.getattr(name)?);
    Venue {
        price_decimals: integer("price_decimals")?,
        size_decimals: integer("size_decimals")?,
        tick: integer("tick")?,
        lot: integer("lot")?,
        min_quantity: integer("min_quantity")?,
        min_notional: integer("min_notional")?,
        band: integer("band")?,
        taker: integer("taker")?,
        maker: integer("maker")?,
        spread: integer("spread")?,
        slippage: integer("slippage")?,
        stop_slippage: integer("stop_slippage")?,
        funding: integer("funding")?,
        latency_ns: integer("latency_ns")?,
        spot: convert::boolean("spot", &units.getattr("spot")?)?,
        leverage: integer("leverage")?,
    }
    .checked()
    .map_err(refused)
}

/// A venue as a `VenueUnits`.
pub(crate) fn units<'py>(py: Python<'py>, venue: &Venue) -> PyResult<Bound<'py, PyAny>> {
    let values = tuple!(
        py,
        venue.price_decimals,
        venue.size_decimals,
        venue.tick,
        venue.lot,
        venue.min_quantity,
        venue.min_notional,
        venue.band,
        venue.taker,
        venue.maker,
        venue.spread,
        venue.slippage,
        venue.stop_slippage,
        venue.funding,
        venue.latency_ns,
        venue.spot,
        venue.leverage,
    );
    class(py, &UNITS, "VenueUnits")?.call1(values)
}

/// What a `Report` tells a ledger.
pub(crate) enum Told {
    Fill(Fill),
    Funding(i128),
    Nothing,
}

/// Reads a `Report`; its amounts must be such that no sum of them overflows.
pub(crate) fn told(report: &Bound<'_, PyAny>) -> PyResult<Told> {
    let py = report.py();
    if !report.is_instance(class(py, &REPORT, "Report")?)? {
        return Err(wrong_type("report", "a Report", report));
    }
    let status = report.getattr("status")?;
    let status = status.cast::<PyString>().map_err(|_| wrong_type("status", "a str", &status))?;
    let money = |name| number(report, name, -MONEY_MAX, MONEY_MAX);
    let units = |name, least| number(report, name, least, UNITS_MAX);
    Ok(match status.to_str()? {
        "FILLED" | "PARTIALLY_FILLED" => Told::Fill(Fill {
            time_ns: i64::try_from(number(report, "event_ns", 0, i128::from(TIMESTAMP_MAX))?)?,
            side: if number(report, "side", -1, 1)? < 0 { -1 } else { 1 },
            price: i64::try_from(units("price", 1)?)?,
            quantity: i64::try_from(units("quantity", 1)?)?,
            value: number(report, "value", 0, MONEY_MAX)?,
            spread: money("spread")?,
            slippage: money("slippage")?,
            fee: money("fee")?,
            fee_base: number(report, "fee_base", -HOLDING_MAX, HOLDING_MAX)?,
        }),
        "FUNDING" => Told::Funding(money("value")?),
        _ => Told::Nothing,
    })
}

/// An integer of a report between two bounds.
fn number(report: &Bound<'_, PyAny>, name: &str, least: i128, most: i128) -> PyResult<i128> {
    let value = report.getattr(name)?;
    let allowed = || not_allowed(name, &format!("an integer from {least} to {most}"), &value);
    let number: i128 = value.extract().map_err(|_| allowed())?;
    if (least..=most).contains(&number) { Ok(number) } else { Err(allowed()) }
}

/// A `Report`; what is at its default is left out, which is quicker.
pub(crate) fn report<'py>(py: Python<'py>, report: &Report) -> PyResult<Bound<'py, PyAny>> {
    let status = PyString::intern(py, report.status.name());
    let reason = PyString::intern(py, report.reason.name());
    let (number, time_ns) = (report.number, report.time_ns);
    let (quantity, filled) = (report.quantity, report.filled);
    let values = match &report.fill {
        None => {
            tuple!(py, status, number, time_ns, reason, 0, 0, quantity, filled, report.paid)
        }
        Some(fill) => tuple!(
            py,
            status,
            number,
            time_ns,
            reason,
            fill.side,
            fill.price,
            quantity,
            filled,
            fill.value,
            fill.spread,
            fill.slippage,
            fill.fee,
            fill.fee_base,
            report.maker,
            report.trip.map(|trip| trip_of(py, &trip)).transpose()?,
        ),
    };
    class(py, &REPORT, "Report")?.call1(values)
}

/// A `Trip`.
fn trip_of<'py>(py: Python<'py>, trip: &Trip) -> PyResult<Bound<'py, PyAny>> {
    let values = tuple!(
        py,
        trip.side,
        trip.entry_ns,
        trip.exit_ns,
        trip.entry_quantity,
        trip.entry_value,
        trip.exit_quantity,
        trip.exit_value,
        trip.totals.gross,
        trip.totals.fees,
        trip.totals.spread,
        trip.totals.slippage,
        trip.totals.funding,
    );
    class(py, &TRIP, "Trip")?.call1(values)
}
