//! The paper exchange, trade by trade.

use serde::{Deserialize, Serialize};

use super::arrival::verdict;
use super::charge::{Execution, Role, Span, charge};
use super::config::Venue;
use super::order::{Kind, Order, OrderRequest, State};
use super::orders::{Orders, Quiet};
use super::report::{Reason, Report, Status};
use crate::error::CoreError;
use crate::ledger::{Candle, Ledger, Record};
use crate::money::part;
use crate::numbers::integer_within;

const FUNDING_NS: i64 = 8 * 3_600_000_000_000;

/// An exchange on paper: orders in, reports out, and an account that it keeps itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaperExchange {
    pub(super) venue: Venue,
    pub(super) ledger: Ledger,
    record: Record,
    pub(super) orders: Orders,
    quiet: Quiet,
    pub(super) reports: Vec<Report>,
    pub(super) now_ns: i64,
    pub(super) last_price: i64,
    next_funding_ns: i64,
    highest_number: u64,
    last_sent_ns: i64,
    pub(super) in_market_ns: i64,
}

/// What an order meets: a trade, or the open of a bar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meeting {
    pub(super) price: i64,
    pub(super) time_ns: i64,
    /// What arrives before this meets it.
    pub(super) arrives_before_ns: i64,
    /// The bar that is walked.
    pub(super) span: Option<Span>,
}

impl PaperExchange {
    /// An exchange without orders, and an account with so much money.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when a value of the venue or the money is out of range.
    pub fn new(venue: Venue, initial: i64) -> Result<Self, CoreError> {
        let venue = venue.checked()?;
        let initial = integer_within("initial_cash", initial, 1, 1_000_000_000_000_000_000)?;
        let mut made = Self {
            venue,
            ledger: Ledger::new(venue.units(), venue.lot, i128::from(initial)),
            record: Record::new(i128::from(initial)),
            orders: Orders::default(),
            quiet: Quiet::default(),
            reports: Vec::new(),
            now_ns: 0,
            last_price: 0,
            next_funding_ns: i64::MAX,
            highest_number: 0,
            last_sent_ns: 0,
            in_market_ns: 0,
        };
        made.refresh();
        Ok(made)
    }

    /// Takes an order; what becomes of it comes as reports.
    ///
    /// # Errors
    /// [`CoreError`] when a value is out of range, the number is not above all before (the three
    /// above a number belong to its protections), it was sent before the last one, or there is no
    /// room: nothing changes then.
    pub fn submit(&mut self, request: OrderRequest) -> Result<(), CoreError> {
        let request = request.checked()?;
        let number = i64::try_from(request.number).unwrap_or(i64::MAX);
        let least = i64::try_from(self.highest_number + 1).unwrap_or(i64::MAX);
        integer_within("number", number, least, i64::MAX - 3)?;
        integer_within("sent_ns", request.sent_ns, self.last_sent_ns, i64::MAX)?;
        let wanted = Orders::wanted(&request);
        if wanted > self.orders.free() {
            return Err(CoreError::Choice {
                name: "number",
                value: number,
                allowed: "an order that there is room for: at most 16 with their protections",
            });
        }
        let last = request.protections.each().last().map_or(0, |(above, ..)| above);
        self.highest_number = request.number + last;
        self.last_sent_ns = request.sent_ns;
        self.orders.insert(Order::sent(&request, request.sent_ns + self.venue.latency_ns));
        self.refresh();
        Ok(())
    }

    /// Takes a cancellation; false when there is no such order (any more).
    ///
    /// # Errors
    /// [`CoreError::Integer`] when it was sent before the last message.
    pub fn cancel(&mut self, number: u64, sent_ns: i64) -> Result<bool, CoreError> {
        crate::numbers::timestamp("sent_ns", sent_ns)?;
        integer_within("sent_ns", sent_ns, self.last_sent_ns, i64::MAX)?;
        self.last_sent_ns = sent_ns;
        let arrival_ns = sent_ns + self.venue.latency_ns;
        let Some(order) = self.orders.get_mut(number) else { return Ok(false) };
        order.cancel_ns = order.cancel_ns.min(arrival_ns);
        self.refresh();
        Ok(true)
    }

    /// Takes a trade; true when there are reports.
    #[inline]
    pub fn on_trade(&mut self, price: i64, size: i64, timestamp_ns: i64) -> bool {
        let now_ns = self.now_ns.max(timestamp_ns);
        let quiet = &self.quiet;
        if price > quiet.above && price < quiet.below && now_ns < quiet.until_ns {
            self.now_ns = now_ns;
            self.last_price = price;
            return !self.reports.is_empty();
        }
        self.meet_trade(price, size, now_ns)
    }

    #[cold]
    fn meet_trade(&mut self, price: i64, size: i64, time_ns: i64) -> bool {
        self.fund(time_ns);
        self.now_ns = time_ns;
        let mut meeting = Meeting { price, time_ns, arrives_before_ns: time_ns, span: None };
        let mut available = size;
        self.meet(&mut meeting, &mut available);
        self.last_price = price;
        self.refresh();
        !self.reports.is_empty()
    }

    /// Every order in turn meets a trade, or the open of a bar.
    pub(super) fn meet(&mut self, meeting: &mut Meeting, available: &mut i64) {
        let mut number = 0;
        while let Some(&order) = self.orders.after(number) {
            number = order.number;
            if order.state == State::InFlight && order.since_ns < meeting.arrives_before_ns {
                meeting.time_ns = meeting.time_ns.max(order.since_ns); // a bar's open lasts a while
            }
            self.meet_one(order, meeting, available);
        }
    }

    fn meet_one(&mut self, order: Order, meeting: &mut Meeting, available: &mut i64) {
        let fresh = order.state == State::InFlight;
        if fresh && !(order.since_ns < meeting.arrives_before_ns && self.arrive(order, meeting)) {
            return;
        }
        if order.cancel_ns < meeting.arrives_before_ns {
            meeting.time_ns = meeting.time_ns.max(order.cancel_ns);
            self.cancelled(order.number, meeting.time_ns, Reason::Requested);
        } else if fresh || order.since_ns < meeting.time_ns {
            self.matched(order, fresh, meeting, available);
        }
    }

    /// Checks an order that arrives; true when it is accepted.
    fn arrive(&mut self, order: Order, meeting: &Meeting) -> bool {
        let units = *self.ledger.units();
        let reducible = self.reducible(order.side);
        let reason = verdict(&self.venue, &units, &order, meeting.price, reducible);
        if reason != Reason::None {
            self.orders.remove(order.number);
            self.say(&Report::plain(Status::Rejected, order.number, meeting.time_ns, reason));
            return false;
        }
        if let Some(order) = self.orders.get_mut(order.number) {
            order.state = State::Resting;
            order.best = meeting.price;
        }
        let mut accepted =
            Report::plain(Status::Accepted, order.number, meeting.time_ns, Reason::None);
        accepted.quantity = order.quantity;
        self.say(&accepted);
        true
    }

    fn matched(&mut self, order: Order, fresh: bool, meeting: &Meeting, available: &mut i64) {
        let price = meeting.price;
        match order.kind {
            Kind::Market => {
                self.execute(order.number, price, order.remaining(), Role::Taker, meeting);
            }
            Kind::Limit if order.passed(price) && fresh => {
                self.execute(order.number, price, order.remaining(), Role::Taker, meeting);
            }
            Kind::Limit if order.passed(price) => {
                let wanted = self.lots(order.remaining().min(*available));
                *available -= self.execute(order.number, order.price, wanted, Role::Maker, meeting);
            }
            Kind::Limit => {}
            Kind::Stop | Kind::TakeProfit | Kind::Trailing => {
                self.triggered(order.number, meeting);
            }
        }
    }

    /// Fills what was triggered before, triggers what this price touches, and lets trailing orders
    /// follow.
    fn triggered(&mut self, number: u64, meeting: &Meeting) {
        let Some(order) = self.orders.get_mut(number) else { return };
        if order.state == State::Triggered
            || (order.touched(meeting.price) && meeting.span.is_some())
        {
            let (remaining, role) = (order.remaining(), role_of(order.kind));
            self.execute(number, meeting.price, remaining, role, meeting);
        } else if order.touched(meeting.price) {
            order.state = State::Triggered;
            order.since_ns = meeting.time_ns;
        } else if order.kind == Kind::Trailing {
            order.follow(meeting.price);
        }
    }

    pub(super) fn say(&mut self, report: &Report) {
        self.reports.push(*report);
    }

    /// Pays the funding that is due up to a time, at the last price.
    pub(super) fn fund(&mut self, time_ns: i64) {
        if self.venue.funding == 0 {
            return;
        }
        if self.now_ns == 0 {
            self.next_funding_ns = time_ns - time_ns % FUNDING_NS + FUNDING_NS;
        }
        while self.next_funding_ns <= time_ns {
            let due_ns = self.next_funding_ns;
            self.next_funding_ns += FUNDING_NS;
            if self.ledger.whole() == 0 {
                continue;
            }
            let value = self.ledger.units().value(self.ledger.position(), self.last_price);
            let paid = part(value, self.venue.funding);
            if paid == 0 {
                continue;
            }
            self.ledger.fund(paid);
            let mut report = Report::plain(Status::Funding, 0, due_ns, Reason::None);
            report.paid = paid;
            self.say(&report);
        }
    }

    /// Works out anew which trades need no look.
    pub(super) fn refresh(&mut self) {
        self.quiet = self.orders.quiet();
        if self.venue.funding != 0 {
            let due_ns = if self.now_ns == 0 { i64::MIN } else { self.next_funding_ns };
            self.quiet.until_ns = self.quiet.until_ns.min(due_ns);
        }
    }

    /// Takes a closed minute for the record.
    pub fn on_closed(&mut self, mut minute: Candle) {
        minute.equity = self.ledger.equity(minute.close);
        self.record.add(minute);
    }

    /// Cancels everything and closes the position at the last price, as a taker.
    pub fn close_out(&mut self) {
        while let Some(number) = self.orders.after(0).map(|order| order.number) {
            self.cancelled(number, self.now_ns, Reason::Requested);
        }
        let whole = self.ledger.whole();
        if whole != 0 {
            let execution = Execution {
                side: if whole > 0 { -1 } else { 1 },
                quantity: whole.abs(),
                price: self.last_price,
                time_ns: self.now_ns,
                role: Role::Taker,
                span: None,
            };
            let fill = charge(&self.venue, self.ledger.units(), &execution);
            let request = OrderRequest {
                number: 0,
                side: fill.side,
                kind: Kind::Market,
                quantity: fill.quantity,
                price: 0,
                reduce_only: true,
                protections: super::Protections::default(),
                sent_ns: self.now_ns,
            };
            self.filled(Order::sent(&request, self.now_ns), &fill, Role::Taker);
        }
        self.refresh();
    }

    /// The reports since they were taken last.
    pub fn take_reports(&mut self) -> Vec<Report> {
        core::mem::take(&mut self.reports)
    }
}

/// What there is to read.
impl PaperExchange {
    /// Its costs and rules.
    #[must_use]
    pub fn venue(&self) -> &Venue {
        &self.venue
    }

    /// The account.
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How the equity went.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Latest trade time seen, 0 before the first.
    #[must_use]
    pub fn now_ns(&self) -> i64 {
        self.now_ns
    }

    /// Price of the last trade, 0 before the first.
    #[must_use]
    pub fn last_price(&self) -> i64 {
        self.last_price
    }

    /// Time of all ended trips.
    #[must_use]
    pub fn in_market_ns(&self) -> i64 {
        self.in_market_ns
    }
}

/// The role in which a triggered order fills.
pub(super) fn role_of(kind: Kind) -> Role {
    if matches!(kind, Kind::Stop | Kind::Trailing) { Role::Stop } else { Role::Taker }
}
