//! Gaps in columns of times: how far a time is ahead of all before it, where that is much.

/// Finds gaps, and remembers the latest time from one column to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapFinder {
    limit_ns: i64,
    latest_ns: Option<i64>,
}

impl GapFinder {
    /// Before the first time.
    #[must_use]
    pub const fn new(limit_ns: i64) -> Self {
        Self { limit_ns, latest_ns: None }
    }

    /// Longest pause that is no gap.
    #[must_use]
    pub const fn limit_ns(&self) -> i64 {
        self.limit_ns
    }

    /// Latest time so far.
    #[must_use]
    pub const fn latest_ns(&self) -> Option<i64> {
        self.latest_ns
    }

    /// Passes place and length of every pause above the limit to `found`. The first time of all
    /// makes no gap, and neither does one that runs backward.
    pub fn each(
        &mut self,
        times_ns: impl IntoIterator<Item = i64>,
        mut found: impl FnMut(usize, i64),
    ) {
        let mut times = times_ns.into_iter().enumerate().peekable();
        let Some(&(_, first)) = times.peek() else { return };
        let mut latest = self.latest_ns.unwrap_or(first);
        for (place, time) in times {
            let pause = time.saturating_sub(latest);
            if pause > self.limit_ns {
                found(place, pause);
            }
            latest = latest.max(time);
        }
        self.latest_ns = Some(latest);
    }
}
