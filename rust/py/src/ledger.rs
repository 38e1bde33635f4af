//! Binding of the ledger.

use pyo3::prelude::*;
use pyo3::types::PyTuple;
use supreme_core::ledger::Ledger;
use supreme_core::numbers::integer_within;
use supreme_core::venue::Venue;

use crate::convert;
use crate::error::refused;
use crate::methods::Saved;
use crate::venue;

/// Money and position of one account, from fills alone: ``docs/trading.md``, "The ledger".
///
/// Integers in and out: money in 1e-8 quote, holdings in 1e-12 base, prices and quantities in units of
/// the market's grids. O(1) time and memory per fill.
///
/// Args:
///     units: The venue in this market's units.
///     initial_cash: Money at the start, above 0.
///
/// Raises:
///     InvalidInputError: A value is out of range.
///     InvalidTypeError: A value has the wrong type.
///
/// Example:
///     >>> from supreme_system_v5.domain import VENUES
///     >>> from supreme_system_v5.simulation import Ledger
///     >>> ledger = Ledger(VENUES["okx-spot"].in_units(None), 10_000 * 10**8)
///     >>> (ledger.cash, ledger.position, ledger.equity(60_000 * 10**8))
///     (1000000000000, 0, 1000000000000)
#[pyclass(name = "Ledger", module = "supreme_system_v5.simulation.ledger")]
pub(crate) struct PyLedger {
    pub(crate) inner: Ledger,
    pub(crate) venue: Venue,
}

impl Saved for PyLedger {
    const KIND: &'static str = "Ledger";
    type Inner = Ledger;

    fn inner(&self) -> &Ledger {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (venue::units(py, &self.venue)?, self.inner.initial()).into_pyobject(py)
    }
}

#[pymethods]
impl PyLedger {
    #[new]
    #[pyo3(signature = (units, initial_cash))]
    fn py_new(units: &Bound<'_, PyAny>, initial_cash: &Bound<'_, PyAny>) -> PyResult<Self> {
        let venue = venue::read(units)?;
        let initial = venue::money(initial_cash)?;
        Ok(Self { inner: Ledger::new(venue.units(), venue.lot, i128::from(initial)), venue })
    }

    /// Take a fill or a funding; other reports change nothing.
    ///
    /// Args:
    ///     report: A `Report`.
    ///
    /// Raises:
    ///     InvalidTypeError: It is none.
    #[pyo3(signature = (report, /))]
    fn apply(&mut self, report: &Bound<'_, PyAny>) -> PyResult<()> {
        match venue::told(report)? {
            venue::Told::Fill(fill) => {
                self.inner.fill(&fill);
            }
            venue::Told::Funding(paid) => self.inner.fund(paid),
            venue::Told::Nothing => {}
        }
        Ok(())
    }

    /// Return cash and position at a price, in money.
    ///
    /// Args:
    ///     price: In units of the price grid.
    #[pyo3(signature = (price, /))]
    fn equity(&self, price: &Bound<'_, PyAny>) -> PyResult<i128> {
        Ok(self.inner.equity(units("price", price, 0)?))
    }

    /// Return whether a purchase could not be sold again ("The exit trap").
    ///
    /// Args:
    ///     quantity: In units of the size grid.
    ///     price: At which it is bought, in units of the price grid.
    ///     stop: At which it would be sold; 0 for none.
    #[pyo3(signature = (quantity, price, stop, /))]
    fn trapped(
        &self,
        quantity: &Bound<'_, PyAny>,
        price: &Bound<'_, PyAny>,
        stop: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        Ok(self.venue.trapped(
            units("quantity", quantity, 1)?,
            units("price", price, 1)?,
            units("stop", stop, 0)?,
        ))
    }

    /// Money.
    #[getter]
    fn cash(&self) -> i128 {
        self.inner.cash()
    }

    /// Money at the start.
    #[getter]
    fn initial_cash(&self) -> i128 {
        self.inner.initial()
    }

    /// A holding; below 0 short.
    #[getter]
    fn position(&self) -> i128 {
        self.inner.position()
    }

    /// The whole lots in the position, in size units, with its sign; 0 with dust at most.
    #[getter]
    fn whole(&self) -> i64 {
        self.inner.whole()
    }

    /// What the position cost, money, with its sign.
    #[getter]
    fn cost(&self) -> i128 {
        self.inner.cost()
    }

    /// Gain of what was closed, at the prices the market showed, money.
    #[getter]
    fn gross(&self) -> i128 {
        self.inner.totals().gross
    }

    /// Money.
    #[getter]
    fn fees(&self) -> i128 {
        self.inner.totals().fees
    }

    /// Money.
    #[getter]
    fn spread(&self) -> i128 {
        self.inner.totals().spread
    }

    /// Money.
    #[getter]
    fn slippage(&self) -> i128 {
        self.inner.totals().slippage
    }

    /// Money paid; below 0 received.
    #[getter]
    fn funding(&self) -> i128 {
        self.inner.totals().funding
    }

    /// The value of all fills, money.
    #[getter]
    fn turnover(&self) -> i128 {
        self.inner.turnover()
    }

    fn __repr__(&self) -> String {
        format!("Ledger(cash={}, position={})", self.cash(), self.position())
    }
}

saved_methods!(PyLedger);

/// A price or quantity in units of its grid.
fn units(name: &'static str, value: &Bound<'_, PyAny>, least: i64) -> PyResult<i64> {
    integer_within(name, convert::integer(name, value)?, least, 1 << 53).map_err(refused)
}
