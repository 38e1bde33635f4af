//! The ledger itself.

use serde::{Deserialize, Serialize};

use super::trip::{OpenTrip, Totals, Trip};
use crate::money::{Units, mul_div};

/// One fill as the ledger takes it; amounts in money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fill {
    /// When.
    pub time_ns: i64,
    /// 1 bought, -1 sold.
    pub side: i8,
    /// In units of the size grid.
    pub quantity: i64,
    /// A price that the market showed.
    pub price: i64,
    /// What the quantity is worth at it.
    pub value: i128,
    /// Half of the spread, of a taker.
    pub spread: i128,
    /// Slippage.
    pub slippage: i128,
    /// Fee in quote, or what the fee in base is worth.
    pub fee: i128,
    /// Fee taken out of what was bought, a holding; 0 where it is paid in quote.
    pub fee_base: i128,
}

/// Cash, position and what they cost, in integers. At every moment
/// `cash + cost + fees + spread + slippage + funding - gross` is the initial cash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    units: Units,
    lot: i64,
    initial: i128,
    cash: i128,
    position: i128,
    cost: i128,
    turnover: i128,
    totals: Totals,
    open: Option<OpenTrip>,
}

impl Ledger {
    /// A ledger that holds nothing but cash; quantities that can be traded are multiples of `lot`.
    #[must_use]
    pub fn new(units: Units, lot: i64, initial: i128) -> Self {
        Self {
            units,
            lot: lot.max(1),
            initial,
            cash: initial,
            position: 0,
            cost: 0,
            turnover: 0,
            totals: Totals::default(),
            open: None,
        }
    }

    /// Takes a fill; answers the trip that it ended.
    pub fn fill(&mut self, fill: &Fill) -> Option<Trip> {
        let before = self.whole().signum();
        let began = self.totals;
        self.pay(fill);
        let (closed_quantity, closed_value) = self.settle(fill);
        self.trip(fill, before, began, closed_quantity, closed_value)
    }

    /// Takes a payment of funding, below 0 when it was received.
    pub fn fund(&mut self, paid: i128) {
        self.cash -= paid;
        self.totals.funding += paid;
    }

    fn pay(&mut self, fill: &Fill) {
        let fee = if fill.fee_base == 0 { fill.fee } else { 0 };
        let costs = fill.spread + fill.slippage + fee;
        self.cash -= i128::from(fill.side) * fill.value + costs;
        self.turnover += fill.value;
        self.totals.fees += fill.fee;
        self.totals.spread += fill.spread;
        self.totals.slippage += fill.slippage;
    }

    /// Moves position and cost; answers what was closed of a position of the other side: quantity
    /// and value.
    fn settle(&mut self, fill: &Fill) -> (i64, i128) {
        let side = i128::from(fill.side);
        let whole = self.units.holding(fill.quantity);
        let arrives = whole - fill.fee_base;
        let value = if fill.fee_base == 0 { fill.value } else { fill.value - fill.fee };
        let against = if self.position.signum() == -side { self.position.abs() } else { 0 };
        let closing = arrives.min(against);
        if closing == 0 {
            self.position += side * arrives;
            self.cost += side * value;
            return (0, 0);
        }
        let closed_value =
            if closing == arrives { value } else { mul_div(value, closing, arrives) };
        let left_cost = if closing == against {
            self.cost.abs()
        } else {
            mul_div(self.cost.abs(), closing, against)
        };
        // Closing a long sells for `closed_value` what cost `left_cost`; a short is its mirror.
        self.totals.gross += side * (left_cost - closed_value);
        self.cost += side * left_cost + side * (value - closed_value);
        self.position += side * arrives;
        let quantity =
            if closing == arrives { fill.quantity } else { self.units.whole_lots(closing, 1) };
        (quantity, closed_value)
    }

    fn trip(
        &mut self,
        fill: &Fill,
        before: i64,
        began: Totals,
        closed_quantity: i64,
        closed_value: i128,
    ) -> Option<Trip> {
        let after = self.whole().signum();
        let turned = before != 0 && after == -before;
        if before == 0 && after != 0 {
            self.open = Some(OpenTrip::new(sign(after), fill.time_ns, began));
        }
        let mut open = self.open?;
        if turned {
            open.add(fill.side, closed_quantity, closed_value);
        } else {
            open.add(fill.side, fill.quantity, fill.value);
        }
        if after == before || before == 0 {
            self.open = Some(open);
            return None;
        }
        self.open = turned.then(|| {
            let mut next = OpenTrip::new(sign(after), fill.time_ns, self.totals);
            next.add(fill.side, fill.quantity - closed_quantity, fill.value - closed_value);
            next
        });
        Some(open.ended(fill.time_ns, &self.totals))
    }

    /// The whole lots in the position, in units of the size grid and with its sign.
    #[must_use]
    pub fn whole(&self) -> i64 {
        self.units.whole_lots(self.position, self.lot)
    }

    /// Cash and position at a price.
    #[must_use]
    pub fn equity(&self, price: i64) -> i128 {
        self.cash.saturating_add(self.units.value(self.position, price))
    }

    /// How grid units become holdings and money.
    #[must_use]
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// Cash at the start.
    #[must_use]
    pub fn initial(&self) -> i128 {
        self.initial
    }

    /// Cash.
    #[must_use]
    pub fn cash(&self) -> i128 {
        self.cash
    }

    /// The holding, below 0 when short.
    #[must_use]
    pub fn position(&self) -> i128 {
        self.position
    }

    /// What the position cost, with its sign.
    #[must_use]
    pub fn cost(&self) -> i128 {
        self.cost
    }

    /// The value of all fills.
    #[must_use]
    pub fn turnover(&self) -> i128 {
        self.turnover
    }

    /// Gross and costs so far.
    #[must_use]
    pub fn totals(&self) -> &Totals {
        &self.totals
    }
}

fn sign(of: i64) -> i8 {
    if of < 0 { -1 } else { 1 }
}
