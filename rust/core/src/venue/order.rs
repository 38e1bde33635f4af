//! One order, as it is sent and as the exchange keeps it.

use serde::{Deserialize, Serialize};

use crate::error::CoreError;
use crate::numbers::integer_within;

/// Largest quantity and price, in units of their grids.
const UNITS_MAX: i64 = 1 << 53;

/// How an order fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// At the first trade after it arrived.
    Market,
    /// When its limit is traded through.
    Limit,
    /// As a market order, once the price has touched its trigger from the side of a gain.
    Stop,
    /// As a market order, once the price has touched its trigger from the side of a loss.
    TakeProfit,
    /// As a stop whose trigger follows the best price at a distance.
    Trailing,
}

impl Kind {
    /// From 0 to 4, in the order of their definition.
    ///
    /// # Errors
    /// [`CoreError::Integer`] for any other number.
    pub fn new(value: i64) -> Result<Self, CoreError> {
        Ok(match integer_within("kind", value, 0, 4)? {
            0 => Self::Market,
            1 => Self::Limit,
            2 => Self::Stop,
            3 => Self::TakeProfit,
            _ => Self::Trailing,
        })
    }
}

/// Prices at which a position is left again; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Protections {
    /// Trigger of a stop.
    pub stop: i64,
    /// Trigger of a take-profit.
    pub target: i64,
    /// Distance of a trailing stop.
    pub trail: i64,
}

impl Protections {
    /// Those that are there: how far their number is above their parent's, kind and price.
    pub(super) fn each(self) -> impl Iterator<Item = (u64, Kind, i64)> {
        [
            (1, Kind::Stop, self.stop),
            (2, Kind::TakeProfit, self.target),
            (3, Kind::Trailing, self.trail),
        ]
        .into_iter()
        .filter(|&(.., price)| price != 0)
    }
}

/// An order as it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// Of the sender, rising; the three above it are its protections'.
    pub number: u64,
    /// 1 buys, -1 sells.
    pub side: i8,
    /// How it fills.
    pub kind: Kind,
    /// In units of the size grid.
    pub quantity: i64,
    /// Limit, trigger or distance in units of the price grid; 0 of a market order.
    pub price: i64,
    /// It may only close.
    pub reduce_only: bool,
    /// What it brings with it.
    pub protections: Protections,
    /// When it was sent.
    pub sent_ns: i64,
}

impl OrderRequest {
    /// Checks what does not depend on the exchange.
    ///
    /// # Errors
    /// [`CoreError`] naming the value.
    pub fn checked(self) -> Result<Self, CoreError> {
        let side = i64::from(self.side);
        if side == 0 {
            return Err(CoreError::Choice { name: "side", value: side, allowed: "1 or -1" });
        }
        integer_within("side", side, -1, 1)?;
        integer_within("quantity", self.quantity, 1, UNITS_MAX)?;
        let priced = self.kind != Kind::Market;
        let (least, most) = if priced { (1, UNITS_MAX) } else { (0, 0) };
        integer_within("price", self.price, least, most)?;
        let most = if self.reduce_only { 0 } else { UNITS_MAX };
        integer_within("stop", self.protections.stop, 0, most)?;
        integer_within("target", self.protections.target, 0, most)?;
        integer_within("trail", self.protections.trail, 0, most)?;
        crate::numbers::timestamp("sent_ns", self.sent_ns)?;
        Ok(self)
    }
}

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    /// On its way to the exchange.
    InFlight,
    /// Waiting for its price.
    Resting,
    /// Filling at the next trade.
    Triggered,
}

/// An order as the exchange keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) number: u64,
    pub(super) side: i8,
    pub(super) kind: Kind,
    pub(super) quantity: i64,
    pub(super) filled: i64,
    pub(super) price: i64,
    pub(super) reduce_only: bool,
    pub(super) protections: Protections,
    pub(super) state: State,
    /// It sees only trades later than this: its arrival, trigger or birth.
    pub(super) since_ns: i64,
    /// When a cancellation arrives; `i64::MAX` for none.
    pub(super) cancel_ns: i64,
    /// Best price since it rests, of a trailing order.
    pub(super) best: i64,
    /// Its protections have come into being.
    pub(super) protected: bool,
}

impl Order {
    pub(super) fn sent(request: &OrderRequest, arrival_ns: i64) -> Self {
        Self {
            number: request.number,
            side: request.side,
            kind: request.kind,
            quantity: request.quantity,
            filled: 0,
            price: request.price,
            reduce_only: request.reduce_only,
            protections: request.protections,
            state: State::InFlight,
            since_ns: arrival_ns,
            cancel_ns: i64::MAX,
            best: 0,
            protected: false,
        }
    }

    /// A protection of `parent`, born at a fill.
    pub(super) fn protecting(parent: &Self, (above, kind, price): (u64, Kind, i64)) -> Self {
        Self {
            number: parent.number + above,
            side: -parent.side,
            kind,
            quantity: 0,
            filled: 0,
            price,
            reduce_only: true,
            protections: Protections::default(),
            state: State::Resting,
            since_ns: 0,
            cancel_ns: i64::MAX,
            best: 0,
            protected: false,
        }
    }

    pub(super) fn remaining(&self) -> i64 {
        self.quantity - self.filled
    }

    /// The price whose touch triggers it, for all but limits and market orders.
    pub(super) fn trigger(&self) -> i64 {
        match self.kind {
            Kind::Trailing => self.best + i64::from(self.side) * self.price,
            _ => self.price,
        }
    }

    /// True when it waits for a fall: as a stop that sells, a target or a limit that buys.
    pub(super) fn waits_below(&self) -> bool {
        match self.kind {
            Kind::Stop | Kind::Trailing => self.side < 0,
            Kind::TakeProfit | Kind::Limit | Kind::Market => self.side > 0,
        }
    }

    /// True when a price triggers it.
    pub(super) fn touched(&self, price: i64) -> bool {
        if self.waits_below() { price <= self.trigger() } else { price >= self.trigger() }
    }

    /// True when a price is better than its limit.
    pub(super) fn passed(&self, price: i64) -> bool {
        if self.side > 0 { price < self.price } else { price > self.price }
    }

    /// Follows the price, of a trailing order.
    pub(super) fn follow(&mut self, price: i64) {
        self.best = if self.side < 0 { self.best.max(price) } else { self.best.min(price) };
    }
}
