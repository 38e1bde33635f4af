//! The analyzer: every tick goes through here, in the order of `docs/definitions.md`,
//! "One tick at time t".

use serde::{Deserialize, Serialize};

use super::bars::BarBuilder;
use super::config::AnalyzerConfig;
use super::flags::Flags;
use super::levels::{Armed, Hit, Levels};
use super::smart_events::{Reason, SmartEventProcessor};
use super::tick::{Side, Tick};
use super::tick_indicators::TickIndicators;
use super::timeframe::{Timeframe, TimeframeState};
use crate::error::{AtIndex, CoreError};
use crate::numbers;

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
    config: AnalyzerConfig,
    bars: BarBuilder,
    timeframes: [TimeframeState; 4],
    tick: TickIndicators,
    gate: SmartEventProcessor,
    levels: Levels,
    last: Option<LastTick>,
    accepted: u64,
    /// Events before this time have nothing due and cannot be too far ahead.
    due_ns: i64,
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
        Ok((flags | self.consume(&tick)) & self.config.wake_on)
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
    ) -> Result<(usize, Flags), AtIndex> {
        let mut index = start;
        for tick in ticks {
            let flags = self.advance_one(tick).map_err(|error| AtIndex { index, error })?;
            match flags {
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

    #[inline]
    fn advance_one(
        &mut self,
        tick: Result<(f64, f64, i64, Side), CoreError>,
    ) -> Result<Step, CoreError> {
        let (price, size, timestamp_ns, side) = tick?;
        let tick = self.config.grids.tick(price, size, timestamp_ns, side)?;
        if timestamp_ns >= self.due_ns {
            self.bars.check_gap(timestamp_ns)?;
            while timestamp_ns >= self.next_due() {
                let flags = self.fire_next() & self.config.wake_on;
                if !flags.is_empty() {
                    return Ok(Step::Due(flags));
                }
            }
        }
        Ok(Step::Consumed(self.consume(&tick) & self.config.wake_on))
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
            flags |= self.fire_next();
        }
        Ok(flags)
    }

    /// Keeps `due_ns` true; before the first trade every event is looked at closely.
    fn refresh_due(&mut self) {
        self.due_ns = if self.accepted == 0 { i64::MIN } else { self.next_due() };
    }

    /// When the next bar ends or the timer comes.
    fn next_due(&self) -> i64 {
        self.bars.next_end().min(self.levels.wake_at())
    }

    /// One instant: the bars that end at it, 1m before 1h, then the timer.
    fn fire_next(&mut self) -> Flags {
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
    fn consume(&mut self, tick: &Tick) -> Flags {
        if !self.bars.add(tick) {
            return Flags::LATE;
        }
        let checked = self.config.grids.price.price(tick.price);
        let (price, size) = (checked.get(), self.config.grids.size.value(tick.size));
        let mut flags = self.levels.check(price);
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

/// What one step of `advance` did.
enum Step {
    /// Something was due before the trade, which is not consumed.
    Due(Flags),
    /// The trade was consumed.
    Consumed(Flags),
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
        self.refresh_due();
    }
}
