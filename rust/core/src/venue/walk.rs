//! The paper exchange, bar by bar: along the path on which we fare worst.

use super::charge::Span;
use super::exchange::{Meeting, PaperExchange, role_of};
use super::order::{Kind, Order, State};
use crate::market::MinuteBar;
use crate::numbers::NS_PER_SECOND;

/// What arrives this soon after the open meets it: what the price was a moment later, no bar says.
const OPEN_NS: i64 = NS_PER_SECOND;
/// When the second, third and fourth point of the path are reached.
const REACHED_NS: [i64; 3] = [15 * NS_PER_SECOND, 30 * NS_PER_SECOND, 59_999_000_000];

impl PaperExchange {
    /// Walks a bar; true when there are reports.
    pub fn on_bar(&mut self, bar: &MinuteBar) -> bool {
        let opens_ns = self.now_ns.max(bar.open_ns);
        self.fund(opens_ns);
        self.now_ns = opens_ns;
        if !self.orders.is_empty() {
            self.walk(bar, opens_ns);
        }
        let [.., ends_ns] = REACHED_NS;
        self.now_ns = self.now_ns.max(bar.open_ns + ends_ns);
        self.last_price = bar.close;
        self.refresh();
        !self.reports.is_empty()
    }

    fn walk(&mut self, bar: &MinuteBar, opens_ns: i64) {
        let span = Some(Span { high: bar.high, low: bar.low });
        let mut available = bar.volume;
        let mut meeting = Meeting {
            price: bar.open,
            time_ns: opens_ns,
            arrives_before_ns: bar.open_ns + OPEN_NS,
            span,
        };
        self.meet(&mut meeting, &mut available);
        let points = if self.low_first() {
            [bar.low, bar.high, bar.close]
        } else {
            [bar.high, bar.low, bar.close]
        };
        for (to, after_ns) in points.into_iter().zip(REACHED_NS) {
            meeting.time_ns = opens_ns.max(bar.open_ns + after_ns);
            self.leg(&mut meeting, to, &mut available);
        }
    }

    /// Which way is against us: against a position, or against whom a resting order would make one.
    fn low_first(&self) -> bool {
        let resting = || {
            self.orders
                .iter()
                .find(|order| order.state == State::Resting && !order.reduce_only)
                .map(|order| -i64::from(order.side))
        };
        match self.ledger.whole() {
            0 => resting().unwrap_or(1) > 0,
            whole => whole > 0,
        }
    }

    /// From the price of the meeting to the next point.
    fn leg(&mut self, meeting: &mut Meeting, to: i64, available: &mut i64) {
        while let Some((number, at)) = self.next_on_the_way(meeting.price, to, *available) {
            meeting.price = at;
            let Some(&order) = self.orders.get(number) else { return };
            if order.kind == Kind::Limit {
                let wanted = self.lots(order.remaining().min(*available));
                let role = super::charge::Role::Maker;
                *available -= self.execute(number, order.price, wanted, role, meeting);
            } else {
                let role = role_of(order.kind);
                self.execute(number, at, order.remaining(), role, meeting);
            }
        }
        meeting.price = to;
        self.orders
            .iter_mut()
            .filter(|order| order.kind == Kind::Trailing && order.state == State::Resting)
            .for_each(|order| order.follow(to));
    }

    /// The resting order whose price comes next, and that price.
    fn next_on_the_way(&self, from: i64, to: i64, available: i64) -> Option<(u64, i64)> {
        self.orders
            .iter()
            .filter(|order| order.state == State::Resting)
            .filter(|order| order.kind != Kind::Limit || available >= self.venue.lot)
            .filter_map(|order| Some((order.number, level(order, from, to)?)))
            .min_by_key(|&(number, at)| (at.abs_diff(from), number))
    }
}

/// Where on the way from one price to another an order fills, if it does.
fn level(order: &Order, from: i64, to: i64) -> Option<i64> {
    if order.kind == Kind::Limit {
        return order.passed(to).then(|| if order.passed(from) { from } else { order.price });
    }
    if order.touched(from) {
        Some(from)
    } else if order.touched(to) {
        Some(order.trigger())
    } else {
        None
    }
}
