//! Fills: how much, at which cost, whether it can be paid, and what follows from it.

use super::arrival::VALUE_MAX;
use super::charge::{Execution, Role, charge};
use super::exchange::{Meeting, PaperExchange};
use super::order::Order;
use super::report::{Reason, Report, Status};
use crate::ledger::Fill;
use crate::money::{RATE_ONE, mul_div};

impl PaperExchange {
    /// Fills at most `wanted` of an order at a price; answers how much.
    pub(super) fn execute(
        &mut self,
        number: u64,
        price: i64,
        wanted: i64,
        role: Role,
        meeting: &Meeting,
    ) -> i64 {
        let Some(&order) = self.orders.get(number) else { return 0 };
        let time_ns = meeting.time_ns;
        let reducible = self.reducible(order.side);
        let quantity = if order.reduce_only { wanted.min(reducible) } else { wanted };
        if quantity <= 0 {
            if order.reduce_only && reducible == 0 {
                self.cancelled(number, time_ns, Reason::ReduceOnly);
            }
            return 0;
        }
        let span = meeting.span;
        let execution = Execution { side: order.side, quantity, price, time_ns, role, span };
        let fill = charge(&self.venue, self.ledger.units(), &execution);
        let fault = if fill.value > VALUE_MAX {
            Reason::TooLarge
        } else if self.affords(&fill) {
            Reason::None
        } else {
            Reason::Funds
        };
        if fault != Reason::None {
            self.cancelled(number, time_ns, fault);
            return 0;
        }
        self.filled(order, &fill, role);
        quantity
    }

    pub(super) fn filled(&mut self, mut order: Order, fill: &Fill, role: Role) {
        let before = self.ledger.whole().signum();
        let trip = self.ledger.fill(fill);
        let after = self.ledger.whole().signum();
        self.in_market_ns += trip.map_or(0, |trip| trip.exit_ns - trip.entry_ns);
        order.filled += fill.quantity;
        let done = order.remaining() == 0 || (order.reduce_only && after == 0);
        if done {
            self.orders.remove(order.number);
        } else if let Some(kept) = self.orders.get_mut(order.number) {
            kept.filled = order.filled;
        }
        self.say(&Report {
            status: if done { Status::Filled } else { Status::PartiallyFilled },
            number: order.number,
            time_ns: fill.time_ns,
            reason: Reason::None,
            quantity: fill.quantity,
            filled: order.filled,
            paid: 0,
            fill: Some(*fill),
            maker: role == Role::Maker,
            trip,
        });
        if after == 0 || after == -before {
            while let Some(number) = self.orders.bound_to_position() {
                self.cancelled(number, fill.time_ns, Reason::ReduceOnly);
            }
        }
        if after == i64::from(order.side) {
            self.protect(&order, fill);
        }
    }

    /// Brings the protections of an order into being, or lets them grow.
    fn protect(&mut self, parent: &Order, fill: &Fill) {
        for protection in parent.protections.each() {
            let mut born = Order::protecting(parent, protection);
            if parent.protected {
                if let Some(there) = self.orders.get_mut(born.number) {
                    there.quantity = parent.filled;
                }
                continue;
            }
            born.quantity = parent.filled;
            born.since_ns = fill.time_ns;
            born.best = fill.price;
            self.orders.insert(born);
            let mut accepted =
                Report::plain(Status::Accepted, born.number, fill.time_ns, Reason::None);
            accepted.quantity = born.quantity;
            self.say(&accepted);
        }
        if let Some(parent) = self.orders.get_mut(parent.number) {
            parent.protected = parent.protections.each().next().is_some();
        }
    }

    fn affords(&self, fill: &Fill) -> bool {
        let holding = self.ledger.units().holding(fill.quantity);
        let position = self.ledger.position();
        if self.venue.spot {
            return if fill.side > 0 {
                fill.value + fill.spread + fill.slippage <= self.ledger.cash()
            } else {
                holding <= position
            };
        }
        let after = position + i128::from(fill.side) * holding;
        if after == 0 || (after.signum() == position.signum() && after.abs() < position.abs()) {
            return true;
        }
        let equity = self.ledger.equity(fill.price);
        let most = mul_div(equity, i128::from(self.venue.leverage), RATE_ONE);
        self.ledger.units().value(after.abs(), fill.price) <= most
    }

    /// The most whole lots in a quantity.
    pub(super) fn lots(&self, quantity: i64) -> i64 {
        quantity - quantity % self.venue.lot
    }

    /// How much an order of this side can reduce.
    pub(super) fn reducible(&self, side: i8) -> i64 {
        let whole = self.ledger.whole();
        if whole.signum() == -i64::from(side) { whole.abs() } else { 0 }
    }

    pub(super) fn cancelled(&mut self, number: u64, time_ns: i64, reason: Reason) {
        if let Some(order) = self.orders.remove(number) {
            let mut report = Report::plain(Status::Cancelled, number, time_ns, reason);
            report.filled = order.filled;
            self.say(&report);
        }
    }
}
