//! Who else looks at the market, tick by tick: a paper exchange, a built-in signal, or nobody.

use super::analyzer::Analyzer;
use super::flags::Flags;
use super::minutes::MinuteBar;
use super::tick::Tick;

/// Called at its place in the order of things ("One tick at time t"); answers [`Flags::PARTNERS`].
pub trait Partner {
    /// A trade that is not late, before levels, bars and indicators see it.
    fn on_trade(&mut self, tick: &Tick) -> Flags;

    /// A whole minute, before it enters the bars.
    fn on_bar(&mut self, bar: &MinuteBar) -> Flags;

    /// Bars closed at one instant, and the timeframes have taken them.
    fn on_closed(&mut self, closed: Flags, analyzer: &Analyzer) -> Flags;
}

/// Nobody.
#[derive(Debug, Clone, Copy)]
pub struct Alone;

impl Partner for Alone {
    #[inline]
    fn on_trade(&mut self, _: &Tick) -> Flags {
        Flags::NONE
    }

    #[inline]
    fn on_bar(&mut self, _: &MinuteBar) -> Flags {
        Flags::NONE
    }

    #[inline]
    fn on_closed(&mut self, _: Flags, _: &Analyzer) -> Flags {
        Flags::NONE
    }
}
