//! From checked records to a chunk: what waits, what is dropped, and what that is counted as.

use super::decoder::Record;
use super::duplicates::DuplicateWindow;
use super::fault::{Allowed, Fault};
use super::row_order::{Place, RowOrder};

/// Keys among which a duplicate is found.
const REMEMBERED: usize = 65_536;
/// Faults kept for people to read; all are counted.
const FAULTS_KEPT: usize = 5;
const NS_PER_MS: i64 = 1_000_000;

/// A malformed row.
#[derive(Debug, Clone, PartialEq)]
pub struct Rejected {
    /// Where it stands.
    pub place: Place,
    /// What is wrong with it.
    pub fault: Fault,
}

/// Rows that were not passed on, and those that run backward.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Dropped {
    /// Malformed rows.
    pub bad_rows: u64,
    /// Rows that were there before.
    pub duplicates: u64,
    /// Rows that do not begin after the one before them, where that is asked for.
    pub late: u64,
    /// Rows, passed on or not, whose time is below that of the row before in their file.
    pub backward: u64,
    /// The first few malformed ones.
    pub rejected: Vec<Rejected>,
}

/// What becomes of a record: it waits, is dropped, or is one of the chunk.
#[derive(Debug, Clone)]
pub(super) struct Rows<R> {
    /// Number of files begun.
    pub(super) file: usize,
    order: RowOrder,
    waiting: Option<(Place, R, Vec<u8>)>,
    known: DuplicateWindow,
    latest_ns: i64,
    pub(super) chunk: Vec<R>,
    capacity: usize,
    pub(super) dropped: Dropped,
}

impl<R> Rows<R> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            file: 0,
            order: RowOrder::default(),
            waiting: None,
            known: DuplicateWindow::new(REMEMBERED),
            latest_ns: -1,
            chunk: Vec::new(),
            capacity,
            dropped: Dropped::default(),
        }
    }

    #[inline]
    pub(super) fn is_full(&self) -> bool {
        self.chunk.len() >= self.capacity
    }

    #[inline]
    pub(super) fn place(&self, line: u64) -> Place {
        Place { file: self.file.saturating_sub(1), line }
    }

    /// Takes the next row; false when the one that waited filled the chunk, and this one must be
    /// offered again.
    #[inline]
    pub(super) fn offer<const N: usize>(&mut self, number: u64, record: &R, key: &[u8]) -> bool
    where
        R: Record<N>,
    {
        let time_ns = record.time_ns();
        if self.waiting.is_some() {
            self.judge(Some(time_ns));
            if self.is_full() {
                return false;
            }
        }
        let place = self.place(number);
        if self.order.must_wait(time_ns) {
            self.waiting = Some((place, *record, key.to_vec()));
            return true;
        }
        if self.order.pass(place.file, time_ns) {
            self.dropped.backward += 1;
        }
        self.pass(record, key);
        true
    }

    /// Passes or rejects the row that waits, by the time of the next one, if there is one.
    #[cold]
    pub(super) fn judge<const N: usize>(&mut self, next_ns: Option<i64>)
    where
        R: Record<N>,
    {
        let Some((place, record, key)) = self.waiting.take() else { return };
        let time_ns = record.time_ns();
        if next_ns.is_some_and(|next_ns| self.order.confirms(time_ns, next_ns)) {
            self.order.pass(place.file, time_ns);
            self.pass(&record, &key);
        } else {
            let value = (time_ns / NS_PER_MS).to_string();
            let fault = Fault::new("timestamp_ms", value.as_bytes(), Allowed::NotFarAhead);
            self.reject(place, fault);
        }
    }

    #[inline]
    fn pass<const N: usize>(&mut self, record: &R, key: &[u8])
    where
        R: Record<N>,
    {
        if !key.is_empty() && self.known.seen(key) {
            self.dropped.duplicates += 1;
            return;
        }
        if R::STEP_NS.is_some() {
            if record.time_ns() <= self.latest_ns {
                self.dropped.late += 1;
                return;
            }
            self.latest_ns = record.time_ns();
        }
        if !record.is_silent() {
            self.chunk.push(*record);
        }
    }

    #[cold]
    pub(super) fn reject(&mut self, place: Place, fault: Fault) {
        self.dropped.bad_rows += 1;
        if self.dropped.rejected.len() < FAULTS_KEPT {
            self.dropped.rejected.push(Rejected { place, fault });
        }
    }
}
