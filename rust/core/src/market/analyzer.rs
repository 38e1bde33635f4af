//! The analyzer: every tick goes through here, in the order of `docs/definitions.md`,
//! "One tick at time t".

use core::cmp::max;

use serde::{Deserialize, Serialize};

use super::bars::BarBuilder;
use super::config::AnalyzerConfig;
use super::flags::Flags;
use super::levels::{Armed, Hit, Levels};
use super::partner::{Alone, Partner};
use super::smart_events::{Reason, SmartEventProcessor};
use super::tick::{Side, Tick};
use super::tick_indicators::TickIndicators;
use super::timeframe::{Timeframe, TimeframeState};
use crate::error::CoreError;
use crate::numbers::{self, NS_PER_SECOND, Price};

/// How long after its end a silent bar is known to be over.
const GRACE_NS: i64 = 2 * NS_PER_SECOND;

/// The last accepted tick, as floats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LastTick {
    /// Price in quote currency.
    pub price: f64,
    /// Size in base currency.
    pub size: f64,
    /// Exchange time, nanoseconds UTC.
    pub timestamp_ns: i64,
}

/// Bars, indicators, gate and armed levels of one market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analyzer {
    pub(super) config: AnalyzerConfig,
    pub(super) bars: BarBuilder,
    pub(super) timeframes: [TimeframeState; 4],
    pub(super) tick: TickIndicators,
    pub(super) gate: SmartEventProcessor,
    pub(super) levels: Levels,
    pub(super) last: Option<LastTick>,
    pub(super) accepted: u64,
    /// Events before this time have nothing due and cannot be too far ahead.
    pub(super) due_ns: i64,
    /// When what was due last became known.
    pub(super) decided_ns: i64,
    /// The partner has walked the bar that comes next, but the bar has not entered yet.
    pub(super) walked: bool,
}

impl Analyzer {
    /// An analyzer that has seen nothing.
    ///
    /// # Errors
    /// [`CoreError`] naming the parameter that is out of range.
    pub fn new(config: AnalyzerConfig) -> Result<Self, CoreError> {
        let timeframe = |timeframe| TimeframeState::new(timeframe, &config.bar);
        Ok(Self {
            config,
            bars: BarBuilder::new(config.max_gap_seconds)?,
            timeframes: [
                timeframe(Timeframe::M1)?,
                timeframe(Timeframe::M5)?,
                timeframe(Timeframe::M15)?,
                timeframe(Timeframe::H1)?,
            ],
            tick: TickIndicators::new(&config.tick)?,
            gate: SmartEventProcessor::new(config.gate)?,
            levels: Levels::new(),
            last: None,
            accepted: 0,
            due_ns: i64::MIN,
            decided_ns: 0,
            walked: false,
        })
    }

    /// Takes one trade and answers why somebody should wake up.
    ///
    /// # Errors
    /// [`CoreError`] when the trade is refused; nothing changes then.
    #[inline]
    pub fn update(
        &mut self,
        price: f64,
        size: f64,
        timestamp_ns: i64,
        side: Side,
    ) -> Result<Flags, CoreError> {
        let tick = self.config.grids.tick(price, size, timestamp_ns, side)?;
        let mut flags = Flags::NONE;
        if timestamp_ns >= self.due_ns {
            flags = self.pass(timestamp_ns)?;
        }
        Ok((flags | self.consume(&tick, &mut Alone)) & self.config.wake_on)
    }

    /// Lets time pass without a trade and answers why somebody should wake up.
    ///
    /// # Errors
    /// [`CoreError`] when the time is refused; nothing changes then.
    pub fn watermark(&mut self, timestamp_ns: i64) -> Result<Flags, CoreError> {
        let timestamp_ns = numbers::timestamp("timestamp_ns", timestamp_ns)?;
        let flags = self.pass(timestamp_ns)?;
        self.bars.observe(timestamp_ns);
        Ok(flags & self.config.wake_on)
    }

    /// Replaces the armed levels and the timer.
    ///
    /// # Errors
    /// [`CoreError::Integer`] when the time is out of range; nothing changes then.
    pub fn arm(&mut self, armed: Armed) -> Result<(), CoreError> {
        self.levels.arm(armed)?;
        self.refresh_due();
        Ok(())
    }

    /// Everything due up to `timestamp_ns`, in time order.
    #[cold]
    fn pass(&mut self, timestamp_ns: i64) -> Result<Flags, CoreError> {
        self.bars.check_gap(timestamp_ns)?;
        let mut flags = Flags::NONE;
        while timestamp_ns >= self.next_due() {
            flags |= self.fire_next(timestamp_ns, &mut Alone);
        }
        Ok(flags)
    }

    /// Keeps `due_ns` true; before the first trade every event is looked at closely.
    pub(super) fn refresh_due(&mut self) {
        self.due_ns = if self.bars.next_end() == i64::MAX { i64::MIN } else { self.next_due() };
    }

    /// When the next bar ends or the timer comes.
    pub(super) fn next_due(&self) -> i64 {
        self.bars.next_end().min(self.levels.wake_at())
    }

    /// One instant, told by an event at `known_ns`: the bars that end at it, 1m before 1h, then the
    /// timer.
    pub(super) fn fire_next(&mut self, known_ns: i64, partner: &mut impl Partner) -> Flags {
        let at = self.next_due();
        let mut flags = Flags::NONE;
        if self.bars.next_end() == at
            && let Some(closed) = self.bars.close_next()
        {
            for (timeframe, bar) in closed.iter() {
                let [m1, m5, m15, h1] = &mut self.timeframes;
                let state = match timeframe {
                    Timeframe::M1 => m1,
                    Timeframe::M5 => m5,
                    Timeframe::M15 => m15,
                    Timeframe::H1 => h1,
                };
                state.on_bar(bar, &self.config.grids);
                flags |= timeframe.flag();
            }
            self.decided_ns = max(self.decided_ns, known_ns.min(at + GRACE_NS));
        }
        self.decided_ns = max(self.decided_ns, at);
        if !flags.is_empty() {
            flags |= partner.on_closed(flags, self);
        }
        if self.levels.wake_at() == at {
            self.levels.timer_fired();
            flags |= Flags::TIMER;
        }
        self.bars.raise_watermark(at);
        self.refresh_due();
        flags
    }

    /// The tick itself: late check, levels, bar, indicators, gate.
    #[inline]
    pub(super) fn consume(&mut self, tick: &Tick, partner: &mut impl Partner) -> Flags {
        if !self.bars.add(tick) {
            return Flags::LATE;
        }
        let answered = partner.on_trade(tick);
        let checked = self.config.grids.price.price(tick.price);
        let (price, size) = (checked.get(), self.config.grids.size.value(tick.size));
        let mut flags = answered | self.levels.check(price);
        self.tick.update(checked);
        self.accepted += 1;
        if self.accepted == 1 {
            self.refresh_due();
        }
        self.last = Some(LastTick { price, size, timestamp_ns: tick.timestamp_ns });
        if self.gate.observe(price, size, tick.timestamp_ns) != Reason::None {
            flags |= Flags::SIGNIFICANT;
        }
        flags
    }
}

/// What there is to read.
impl Analyzer {
    /// The parameters.
    #[must_use]
    pub fn config(&self) -> &AnalyzerConfig {
        &self.config
    }

    /// Bars that are still open, watermark and late count.
    #[must_use]
    pub fn bars(&self) -> &BarBuilder {
        &self.bars
    }

    /// One timeframe.
    #[must_use]
    pub fn timeframe(&self, timeframe: Timeframe) -> &TimeframeState {
        let [m1, m5, m15, h1] = &self.timeframes;
        match timeframe {
            Timeframe::M1 => m1,
            Timeframe::M5 => m5,
            Timeframe::M15 => m15,
            Timeframe::H1 => h1,
        }
    }

    /// Close of the last closed minute.
    #[must_use]
    pub fn close_price(&self) -> Option<Price> {
        let [m1, ..] = &self.timeframes;
        m1.last().map(|bar| self.config.grids.price.price(bar.close))
    }

    /// When what was answered last became known: the latest event, or what told that a bar was over.
    #[must_use]
    pub fn now_ns(&self) -> i64 {
        max(self.decided_ns, self.bars.watermark().unwrap_or(0))
    }

    /// Indicators over ticks.
    #[must_use]
    pub fn tick(&self) -> &TickIndicators {
        &self.tick
    }

    /// The last accepted tick.
    #[must_use]
    pub fn last(&self) -> Option<&LastTick> {
        self.last.as_ref()
    }

    /// Number of accepted ticks.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted
    }

    /// The event gate.
    #[must_use]
    pub fn gate(&self) -> &SmartEventProcessor {
        &self.gate
    }

    /// What is armed.
    #[must_use]
    pub fn armed(&self) -> Armed {
        self.levels.armed()
    }

    /// Which levels the last hit disarmed.
    #[must_use]
    pub fn last_hit(&self) -> Hit {
        self.levels.last_hit()
    }

    /// Forgets everything but the parameters.
    pub fn reset(&mut self) {
        self.bars.reset();
        self.timeframes.iter_mut().for_each(TimeframeState::reset);
        self.tick.reset();
        self.gate.reset();
        self.levels = Levels::new();
        self.last = None;
        self.accepted = 0;
        self.decided_ns = 0;
        self.walked = false;
        self.refresh_due();
    }
}
