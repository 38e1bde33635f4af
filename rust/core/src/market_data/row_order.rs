//! Time in the order of rows: which rows run backward, and which jump ahead beyond belief.
//!
//! One row whose clock is wrong by weeks would make every row after it late. So a row that jumps
//! further ahead than an analyzer believes waits for the next one: where that is back near the old
//! time or lags as far behind the row that waited, or there is none, the row that waited is a bad
//! one.

use crate::numbers::NS_PER_SECOND;

/// Longest jump ahead that needs no second row: what an analyzer believes unless told otherwise.
pub const MAX_GAP_SECONDS: i64 = 604_800;
const MAX_GAP_NS: i64 = MAX_GAP_SECONDS * NS_PER_SECOND;

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Number of its file, from 0.
    pub file: usize,
    /// Number of its line in a CSV file, of its row in a table, from 1.
    pub line: u64,
}

/// The times of the rows so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowOrder {
    /// File and time of the last row that passed.
    before: Option<(usize, i64)>,
    latest_ns: i64,
}

impl RowOrder {
    /// True when a row jumps so far ahead that it must wait for the next one. The first row of all
    /// need not.
    #[inline]
    #[must_use]
    pub fn must_wait(&self, time_ns: i64) -> bool {
        self.before.is_some() && time_ns > self.latest_ns + MAX_GAP_NS
    }

    /// True when the row after the one that waits says that its time is right.
    #[must_use]
    pub fn confirms(&self, waiting_ns: i64, next_ns: i64) -> bool {
        let unconfirmed_ns = (self.latest_ns + MAX_GAP_NS).max(waiting_ns - MAX_GAP_NS - 1);
        !(self.latest_ns - MAX_GAP_NS..=unconfirmed_ns).contains(&next_ns)
    }

    /// Passes a row; true when it runs backward within its file.
    #[inline]
    pub fn pass(&mut self, file: usize, time_ns: i64) -> bool {
        let backward = matches!(self.before, Some((same, ns)) if same == file && time_ns < ns);
        self.before = Some((file, time_ns));
        self.latest_ns = self.latest_ns.max(time_ns);
        backward
    }
}
