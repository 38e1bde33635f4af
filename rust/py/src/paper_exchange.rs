//! Binding of the paper exchange.

use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use supreme_core::numbers::integer_within;
use supreme_core::venue::{Kind, OrderRequest, PaperExchange, Protections};

use crate::convert::{self, Arg};
use crate::error::refused;
use crate::ledger::PyLedger;
use crate::methods::Saved;
use crate::venue::{self, tuple};

/// An exchange on paper: orders in, reports out, and an account that it keeps itself.
///
/// ``docs/trading.md``, "The paper exchange", says how orders fill. It sees the market through the
/// analyzer that it is handed to (`OptimizedTechnicalAnalyzer.advance`), and it keeps a record of
/// the equity at closed minutes. Integers in and out, as in `Ledger`. A trade that touches no order
/// costs a few nanoseconds; memory is bounded but for the reports, which somebody must take, and one
/// entry per day.
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
///     >>> from supreme_system_v5.domain import VENUES, OrderKind
///     >>> from supreme_system_v5.optimized import OptimizedTechnicalAnalyzer
///     >>> from supreme_system_v5.simulation import PaperExchange
///     >>> exchange = PaperExchange(VENUES["okx-spot"].in_units(None), 10_000 * 10**8)
///     >>> exchange.submit(1, 1, OrderKind.MARKET, 1_000_000, 1_700_000_000_000_000_000)
///     >>> market = OptimizedTechnicalAnalyzer()
///     >>> market.advance([60_000.0], [0.1], [1_700_000_001_000_000_000], exchange=exchange)
///     (1, 513)
///     >>> [report.status for report in exchange.take_reports()]
///     ['ACCEPTED', 'FILLED']
///     >>> exchange.ledger.whole
///     999000
#[pyclass(name = "PaperExchange", module = "supreme_system_v5.simulation.paper_exchange")]
pub(crate) struct PyPaperExchange {
    pub(crate) inner: PaperExchange,
}

impl Saved for PyPaperExchange {
    const KIND: &'static str = "PaperExchange";
    type Inner = PaperExchange;

    fn inner(&self) -> &PaperExchange {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (venue::units(py, self.inner.venue())?, self.inner.ledger().initial()).into_pyobject(py)
    }
}

#[pymethods]
impl PyPaperExchange {
    #[new]
    #[pyo3(signature = (units, initial_cash))]
    fn py_new(units: &Bound<'_, PyAny>, initial_cash: &Bound<'_, PyAny>) -> PyResult<Self> {
        let inner = PaperExchange::new(venue::read(units)?, venue::money(initial_cash)?);
        Ok(Self { inner: inner.map_err(refused)? })
    }

    /// Take an order; what becomes of it comes as reports.
    ///
    /// Args:
    ///     number: Above all numbers before; the three above one with protections are theirs.
    ///     side: 1 buys, -1 sells.
    ///     kind: A value of `OrderKind`.
    ///     quantity: In units of the size grid.
    ///     sent_ns: When it was sent, not before the last message.
    ///     price: Limit, trigger or distance, in units of the price grid; 0 of a market order.
    ///     reduce_only: It may only close.
    ///     stop: Trigger of a protecting stop; 0 for none.
    ///     target: Trigger of a protecting take-profit; 0 for none.
    ///     trail: Distance of a protecting trailing stop; 0 for none.
    ///
    /// Raises:
    ///     InvalidInputError: A value is out of range, or there is no room; nothing has changed.
    ///     InvalidTypeError: A value has the wrong type; nothing has changed.
    #[pyo3(
        signature = (
            number, side, kind, quantity, sent_ns, *, price = Arg::Default,
            reduce_only = None, stop = Arg::Default, target = Arg::Default, trail = Arg::Default
        ),
        text_signature = "($self, number, side, kind, quantity, sent_ns, *, price=0, \
                          reduce_only=False, stop=0, target=0, trail=0)"
    )]
    #[allow(clippy::too_many_arguments, reason = "an order has that many parts, all named")]
    fn submit(
        &mut self,
        number: &Bound<'_, PyAny>,
        side: &Bound<'_, PyAny>,
        kind: &Bound<'_, PyAny>,
        quantity: &Bound<'_, PyAny>,
        sent_ns: &Bound<'_, PyAny>,
        price: Arg<'_, '_>,
        reduce_only: Option<&Bound<'_, PyAny>>,
        stop: Arg<'_, '_>,
        target: Arg<'_, '_>,
        trail: Arg<'_, '_>,
    ) -> PyResult<()> {
        let side = integer_within("side", convert::integer("side", side)?, -1, 1);
        let request = OrderRequest {
            number: unsigned(number, 1)?,
            side: i8::try_from(side.map_err(refused)?)?,
            kind: Kind::new(convert::integer("kind", kind)?).map_err(refused)?,
            quantity: convert::integer("quantity", quantity)?,
            price: price.integer("price", 0)?,
            reduce_only: reduce_only
                .map_or(Ok(false), |value| convert::boolean("reduce_only", value))?,
            protections: Protections {
                stop: stop.integer("stop", 0)?,
                target: target.integer("target", 0)?,
                trail: trail.integer("trail", 0)?,
            },
            sent_ns: convert::integer("sent_ns", sent_ns)?,
        };
        self.inner.submit(request).map_err(refused)
    }

    /// Take a cancellation; False when there is no such order (any more).
    ///
    /// Args:
    ///     number: Of the order.
    ///     sent_ns: When it was sent, not before the last message.
    #[pyo3(signature = (number, sent_ns, /))]
    fn cancel(&mut self, number: &Bound<'_, PyAny>, sent_ns: &Bound<'_, PyAny>) -> PyResult<bool> {
        let number = unsigned(number, 0)?;
        self.inner.cancel(number, convert::integer("sent_ns", sent_ns)?).map_err(refused)
    }

    /// Cancel everything and close the position at the last price, as a taker.
    fn close_out(&mut self) {
        self.inner.close_out();
    }

    /// Return the reports since they were taken last, in order.
    fn take_reports<'py>(&mut self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let reports = self.inner.take_reports();
        let told: PyResult<Vec<_>> = reports.iter().map(|told| venue::report(py, told)).collect();
        PyList::new(py, told?)
    }

    /// A copy of its account.
    #[getter]
    fn ledger(&self) -> PyLedger {
        PyLedger { inner: *self.inner.ledger(), venue: *self.inner.venue() }
    }

    /// Latest trade time seen; 0 before the first.
    #[getter]
    fn now_ns(&self) -> i64 {
        self.inner.now_ns()
    }

    /// Price of the last trade in units; 0 before the first.
    #[getter]
    fn last_price(&self) -> i64 {
        self.inner.last_price()
    }

    /// Time of all ended trips.
    #[getter]
    fn in_market_ns(&self) -> i64 {
        self.inner.in_market_ns()
    }

    /// Return (time, equity in money) of every end of a UTC day.
    fn days(&self) -> Vec<(i64, i128)> {
        self.inner.record().days().to_vec()
    }

    /// Return (open time, open, high, low, close, equity) of at most 2 048 buckets.
    fn candles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let mut rows = Vec::new();
        for c in self.inner.record().candles() {
            rows.push(tuple!(py, c.open_ns, c.open, c.high, c.low, c.close, c.equity));
        }
        PyList::new(py, rows)
    }

    /// Return the deepest fall as a fraction and as money, and the longest in nanoseconds.
    fn drawdown(&self) -> (f64, i128, i64) {
        let drawdown = self.inner.record().drawdown();
        (drawdown.fraction, drawdown.money, drawdown.longest_ns)
    }

    fn __repr__(&self) -> String {
        let ledger = self.inner.ledger();
        format!("PaperExchange(cash={}, position={})", ledger.cash(), ledger.position())
    }
}

saved_methods!(PyPaperExchange);

/// A number of an order.
fn unsigned(number: &Bound<'_, PyAny>, least: i64) -> PyResult<u64> {
    let number = convert::integer("number", number)?;
    let number = integer_within("number", number, least, i64::MAX - 3).map_err(refused)?;
    Ok(u64::try_from(number)?)
}
