//! Rows of trades or minutes, and silence, until somebody is woken.

use super::analyzer::{Analyzer, LastTick};
use super::flags::Flags;
use super::minutes::{MinuteBar, Row};
use super::partner::Partner;
use super::tick::Side;
use crate::error::{AtIndex, CoreError};
use crate::numbers;

impl Analyzer {
    /// Lets time pass without a trade up to the first instant that wakes somebody; empty flags when
    /// all of it has passed.
    ///
    /// # Errors
    /// [`CoreError`] when the time is refused; nothing changes then.
    pub fn elapse(
        &mut self,
        timestamp_ns: i64,
        partner: &mut impl Partner,
    ) -> Result<Flags, CoreError> {
        let timestamp_ns = numbers::timestamp("timestamp_ns", timestamp_ns)?;
        let flags = self.pass_until_woken(timestamp_ns, partner)?;
        if flags.is_empty() {
            self.bars.observe(timestamp_ns);
        }
        Ok(flags)
    }

    /// Takes the trades of `ticks` from position `start` on until one wakes somebody.
    ///
    /// Stops *before* consuming a trade for each instant due before it, *after* consuming it for
    /// what the trade itself caused. Answers the next position and the flags, empty at the end.
    ///
    /// # Errors
    /// The position of the first refused trade; all before it have been consumed.
    #[inline]
    pub fn advance(
        &mut self,
        ticks: impl Iterator<Item = Result<(f64, f64, i64, Side), CoreError>>,
        start: usize,
        partner: &mut impl Partner,
    ) -> Result<(usize, Flags), AtIndex> {
        stepping(ticks, start, |tick| self.advance_one(tick?, partner))
    }

    /// Takes whole minutes from position `start` on until one wakes somebody: a market that is known
    /// only by its bars. Neither the gate nor the tick indicators see them.
    ///
    /// Stops as [`advance`](Self::advance) does, and also, without consuming the minute, when the
    /// partner that walked it answers; the next call goes on after the walk.
    ///
    /// # Errors
    /// The position of the first refused minute; all before it have been consumed.
    pub fn advance_minutes(
        &mut self,
        rows: impl Iterator<Item = Result<Row, CoreError>>,
        start: usize,
        partner: &mut impl Partner,
    ) -> Result<(usize, Flags), AtIndex> {
        stepping(rows, start, |row| {
            let bar = self.config.grids.minute(&row?)?;
            self.advance_minute(&bar, partner)
        })
    }

    #[inline]
    fn advance_one(
        &mut self,
        (price, size, timestamp_ns, side): (f64, f64, i64, Side),
        partner: &mut impl Partner,
    ) -> Result<Step, CoreError> {
        let tick = self.config.grids.tick(price, size, timestamp_ns, side)?;
        if timestamp_ns >= self.due_ns {
            let flags = self.pass_until_woken(timestamp_ns, partner)?;
            if !flags.is_empty() {
                return Ok(Step::Due(flags));
            }
        }
        let flags = self.consume(&tick, partner);
        Ok(Step::Consumed(self.masked(flags)))
    }

    fn advance_minute(
        &mut self,
        bar: &MinuteBar,
        partner: &mut impl Partner,
    ) -> Result<Step, CoreError> {
        if !self.walked {
            let flags = self.pass_until_woken(bar.open_ns, partner)?;
            if !flags.is_empty() {
                return Ok(Step::Due(flags));
            }
            if self.bars.closed(bar.open_ns) {
                self.bars.count_late();
                return Ok(Step::Consumed(self.masked(Flags::LATE)));
            }
            let flags = partner.on_bar(bar);
            if !flags.is_empty() {
                self.walked = true;
                return Ok(Step::Due(flags));
            }
        }
        self.walked = false;
        self.bars.add_minute(bar);
        let price = |units| self.config.grids.price.value(units);
        self.last = Some(LastTick {
            price: price(bar.close),
            size: self.config.grids.size.value(bar.volume),
            timestamp_ns: bar.open_ns,
        });
        let hit = self.levels.check_span(price(bar.low), price(bar.high));
        let mut flags = hit;
        while bar.end_ns() >= self.next_due() {
            flags |= self.fire_next(bar.end_ns(), partner);
        }
        Ok(Step::Consumed(self.masked(flags)))
    }

    fn masked(&self, flags: Flags) -> Flags {
        flags & (self.config.wake_on | Flags::PARTNERS)
    }

    /// Everything due up to `timestamp_ns`, in time order, until it wakes somebody.
    #[cold]
    fn pass_until_woken(
        &mut self,
        timestamp_ns: i64,
        partner: &mut impl Partner,
    ) -> Result<Flags, CoreError> {
        self.bars.check_gap(timestamp_ns)?;
        while timestamp_ns >= self.next_due() {
            let raised = self.fire_next(timestamp_ns, partner);
            let flags = self.masked(raised);
            if !flags.is_empty() {
                return Ok(flags);
            }
        }
        Ok(Flags::NONE)
    }
}

/// What one step of `advance` did.
enum Step {
    /// Something was due before the row, which is not consumed.
    Due(Flags),
    /// The row was consumed.
    Consumed(Flags),
}

/// Takes step after step until one wakes somebody.
#[inline]
fn stepping<T>(
    rows: impl Iterator<Item = T>,
    start: usize,
    mut step: impl FnMut(T) -> Result<Step, CoreError>,
) -> Result<(usize, Flags), AtIndex> {
    let mut index = start;
    for row in rows {
        match step(row).map_err(|error| AtIndex { index, error })? {
            Step::Due(flags) => return Ok((index, flags)),
            Step::Consumed(flags) => {
                index += 1;
                if !flags.is_empty() {
                    return Ok((index, flags));
                }
            }
        }
    }
    Ok((index, Flags::NONE))
}
