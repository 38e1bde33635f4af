//! What flowed through a place: in and out in five minutes a cell for a day, net in an hour a cell
//! for 31 days.

use serde::{Deserialize, Serialize};

use crate::numbers::NS_PER_SECOND;

/// Length of a short cell, nanoseconds.
pub(super) const SHORT_NS: i64 = 300 * NS_PER_SECOND;
/// Length of a long cell, nanoseconds.
pub(super) const LONG_NS: i64 = 3_600 * NS_PER_SECOND;
/// Short cells that are kept: a day.
pub(super) const SHORT_CELLS: i64 = 288;
/// Long cells that are kept: 30 days, and the day before them.
pub(super) const LONG_CELLS: i64 = 744;

/// What went in and out in a while, units of 1e-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// What went in, at least 0.
    pub inflow: i64,
    /// What went out, at least 0.
    pub outflow: i64,
}

impl Cell {
    pub(super) fn plus(self, other: Self) -> Option<Self> {
        let inflow = self.inflow.checked_add(other.inflow)?;
        Some(Self { inflow, outflow: self.outflow.checked_add(other.outflow)? })
    }

    pub(super) fn negated(self) -> Self {
        Self { inflow: -self.inflow, outflow: -self.outflow }
    }

    /// Inflow less outflow.
    pub(super) fn net(self) -> i64 {
        self.inflow.saturating_sub(self.outflow)
    }
}

/// Cells of one length; the newest is that of the latest time told to [`Lane::advance`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cells<T> {
    /// By number of the cell since 1970, modulo their count; empty until something flowed.
    cells: Vec<T>,
    count: i64,
}

impl<T: Copy + Default> Cells<T> {
    fn new(count: i64) -> Self {
        Self { cells: Vec::new(), count }
    }

    fn place(&self, number: i64) -> usize {
        usize::try_from(number.rem_euclid(self.count)).unwrap_or(0)
    }

    fn get(&self, number: i64, newest: i64) -> T {
        if number > newest || number <= newest - self.count {
            return T::default();
        }
        self.cells.get(self.place(number)).copied().unwrap_or_default()
    }

    fn set(&mut self, number: i64, newest: i64, cell: T) {
        if number > newest || number <= newest - self.count {
            return; // it has left
        }
        if self.cells.is_empty() {
            self.cells = vec![T::default(); usize::try_from(self.count).unwrap_or(0)];
        }
        let place = self.place(number);
        if let Some(slot) = self.cells.get_mut(place) {
            *slot = cell;
        }
    }

    fn advance(&mut self, from: i64, to: i64) {
        if to - from >= self.count {
            self.cells.fill(T::default());
            return;
        }
        for number in from + 1..=to {
            let place = self.place(number);
            if let Some(slot) = self.cells.get_mut(place) {
                *slot = T::default();
            }
        }
    }

    fn last(&self, length: i64, last: i64, newest: i64) -> impl Iterator<Item = T> {
        (last - length + 1..=last).map(move |number| self.get(number, newest))
    }
}

/// One place, whose memory is reserved when something first flows: 10.6 KB.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lane {
    short: Cells<Cell>,
    long: Cells<i64>,
}

impl Lane {
    pub(super) fn new() -> Self {
        Self { short: Cells::new(SHORT_CELLS), long: Cells::new(LONG_CELLS) }
    }

    /// Bytes reserved for its cells.
    pub(super) fn bytes(&self) -> usize {
        self.short.cells.capacity() * size_of::<Cell>()
            + self.long.cells.capacity() * size_of::<i64>()
    }

    /// Forgets what is too old once `to` is the latest time, after `from`.
    pub(super) fn advance(&mut self, from: i64, to: i64) {
        self.short.advance(from / SHORT_NS, to / SHORT_NS);
        self.long.advance(from / LONG_NS, to / LONG_NS);
    }

    /// The two cells of a time with `flow` and `net` added; None when a number would not fit.
    pub(super) fn with(
        &self,
        time_ns: i64,
        newest_ns: i64,
        flow: Cell,
        net: i64,
    ) -> Option<(Cell, i64)> {
        let short = self.short.get(time_ns / SHORT_NS, newest_ns / SHORT_NS);
        let long = self.long.get(time_ns / LONG_NS, newest_ns / LONG_NS);
        Some((short.plus(flow)?, long.checked_add(net)?))
    }

    /// Puts what [`with`](Self::with) answered into its place.
    pub(super) fn put(&mut self, time_ns: i64, newest_ns: i64, (short, long): (Cell, i64)) {
        self.short.set(time_ns / SHORT_NS, newest_ns / SHORT_NS, short);
        self.long.set(time_ns / LONG_NS, newest_ns / LONG_NS, long);
    }

    /// What went in and out in as many hours, in cells of 5 minutes up to that of `now_ns`.
    pub(super) fn recent(&self, hours: i64, now_ns: i64, newest_ns: i64) -> (i128, i128) {
        let length = hours * LONG_NS / SHORT_NS;
        let cells = self.short.last(length, now_ns / SHORT_NS, newest_ns / SHORT_NS);
        cells.fold((0, 0), |(inflow, outflow), cell| {
            (inflow + i128::from(cell.inflow), outflow + i128::from(cell.outflow))
        })
    }

    /// Inflow less outflow in as many hours, in cells of an hour up to that of `now_ns`.
    pub(super) fn past(&self, hours: i64, now_ns: i64, newest_ns: i64) -> i128 {
        let cells = self.long.last(hours, now_ns / LONG_NS, newest_ns / LONG_NS);
        cells.map(i128::from).sum()
    }
}
