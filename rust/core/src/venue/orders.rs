//! The orders of an exchange by number, in place: at most 16, protections to come included.

use serde::{Deserialize, Serialize};

use super::order::{Kind, Order, OrderRequest, State};

/// Most orders at a time.
pub(super) const ORDERS_MAX: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Orders {
    slots: [Option<Order>; ORDERS_MAX],
}

impl Orders {
    /// The orders from the lowest number on.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Order> {
        self.slots.iter().flatten()
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Order> {
        self.slots.iter_mut().flatten()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.first().is_none_or(Option::is_none)
    }

    pub(super) fn get(&self, number: u64) -> Option<&Order> {
        self.iter().find(|order| order.number == number)
    }

    pub(super) fn get_mut(&mut self, number: u64) -> Option<&mut Order> {
        self.iter_mut().find(|order| order.number == number)
    }

    /// The first order with a number above `number`.
    pub(super) fn after(&self, number: u64) -> Option<&Order> {
        self.iter().find(|order| order.number > number)
    }

    /// How many slots are free when every order has brought its protections.
    pub(super) fn free(&self) -> usize {
        let unborn =
            |order: &Order| if order.protected { 0 } else { order.protections.each().count() };
        let taken: usize = self.iter().map(|order| 1 + unborn(order)).sum();
        ORDERS_MAX.saturating_sub(taken)
    }

    /// How many slots an order takes.
    pub(super) fn wanted(request: &OrderRequest) -> usize {
        1 + request.protections.each().count()
    }

    /// Puts an order in its place; one that does not fit ([`free`](Self::free) tells) is dropped.
    pub(super) fn insert(&mut self, order: Order) {
        let mut carried = Some(order);
        for slot in &mut self.slots {
            match (slot.as_ref(), carried.as_ref()) {
                (_, None) => return,
                (None, _) => {
                    *slot = carried;
                    return;
                }
                (Some(here), Some(new)) if here.number > new.number => {
                    core::mem::swap(slot, &mut carried);
                }
                _ => {}
            }
        }
    }

    pub(super) fn remove(&mut self, number: u64) -> Option<Order> {
        let place = self.slots.iter().position(|slot| slot.is_some_and(|o| o.number == number))?;
        let removed = self.slots.get_mut(place)?.take();
        if let Some(rest) = self.slots.get_mut(place..) {
            rest.rotate_left(1);
        }
        removed
    }

    /// The lowest number of a resting order that means nothing without the position: one that only
    /// reduces it, or the rest of one whose protections have gone with it.
    pub(super) fn bound_to_position(&self) -> Option<u64> {
        let bound = |order: &&Order| order.reduce_only || order.protected;
        let rests = |order: &&Order| order.state != State::InFlight;
        self.iter().filter(rests).find(bound).map(|order| order.number)
    }

    /// What the exchange must look at: prices strictly inside the first two bounds and times before
    /// the third leave every order as it is.
    pub(super) fn quiet(&self) -> Quiet {
        let mut quiet = Quiet::default();
        for order in self.iter() {
            quiet.until_ns = quiet.until_ns.min(order.cancel_ns.saturating_add(1));
            if order.state != State::Resting || order.kind == Kind::Market {
                quiet.until_ns = quiet.until_ns.min(order.since_ns.saturating_add(1));
                continue;
            }
            // A limit is passed one unit beyond its price, the others are touched at theirs.
            let beyond = i64::from(order.kind == Kind::Limit);
            if order.waits_below() {
                quiet.above = quiet.above.max(order.trigger() - beyond);
            } else {
                quiet.below = quiet.below.min(order.trigger() + beyond);
            }
            if order.kind == Kind::Trailing {
                if order.waits_below() {
                    quiet.below = quiet.below.min(order.best + 1);
                } else {
                    quiet.above = quiet.above.max(order.best - 1);
                }
            }
        }
        quiet
    }
}

/// See [`Orders::quiet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Quiet {
    pub(super) above: i64,
    pub(super) below: i64,
    pub(super) until_ns: i64,
}

impl Default for Quiet {
    fn default() -> Self {
        Self { above: i64::MIN, below: i64::MAX, until_ns: i64::MAX }
    }
}
