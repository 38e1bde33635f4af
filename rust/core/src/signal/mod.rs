//! The built-in signals (`docs/trading.md`, "Signals"): closed bars in, proposals out. Plain data.

pub mod ema_cross;
pub mod params;
pub mod scalping;
pub mod trend;

use serde::{Deserialize, Serialize};

use crate::market::{Analyzer, Flags, Timeframe};

pub use ema_cross::{EmaCross, EmaCrossParams};
pub use scalping::ScalpingParams;
pub use trend::TrendParams;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// Open a position.
    Enter,
    /// Close it.
    Exit,
}

/// Why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Why {
    /// EMAs in order, MACD and RSI agree.
    TrendAndMomentum,
    /// The fast EMA crossed the slow one.
    Crossed,
    /// The close left the channel.
    Breakout,
    /// The position is old.
    Held,
    /// The EMAs point the other way.
    TrendLost,
    /// The fast EMA is back across the slow one.
    CrossedBack,
    /// The close left the channel on the other side.
    ChannelBroken,
}

impl Why {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TrendAndMomentum => "TREND_AND_MOMENTUM",
            Self::Crossed => "CROSSED",
            Self::Breakout => "BREAKOUT",
            Self::Held => "HELD",
            Self::TrendLost => "TREND_LOST",
            Self::CrossedBack => "CROSSED_BACK",
            Self::ChannelBroken => "CHANNEL_BROKEN",
        }
    }
}

/// What a signal proposes; prices in quote currency.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// What to do.
    pub action: Action,
    /// 1 long, -1 short: of the position to open or to close.
    pub side: i8,
    /// Why.
    pub why: Why,
    /// Where a loss is taken.
    pub stop: Option<f64>,
    /// Where a gain is taken.
    pub target: Option<f64>,
    /// Distance of a trailing stop.
    pub trail: Option<f64>,
}

impl Proposal {
    fn exit(side: i8, why: Why) -> Self {
        Self { action: Action::Exit, side, why, stop: None, target: None, trail: None }
    }
}

/// An entry with its stop `distance` away from the close, and its target likewise; `None` when one of
/// them would not be above 0.
fn entry(
    side: i8,
    why: Why,
    close: f64,
    stop: Option<f64>,
    target: Option<f64>,
) -> Option<Proposal> {
    let away = |distance: f64, towards: bool| {
        if (side > 0) == towards { close + distance } else { close - distance }
    };
    let (stop, target) = (stop.map(|d| away(d, false)), target.map(|d| away(d, true)));
    let valid = |price: Option<f64>| price.is_none_or(|price| price > 0.0);
    (valid(stop) && valid(target)).then_some(Proposal {
        action: Action::Enter,
        side,
        why,
        stop,
        target,
        trail: None,
    })
}

/// Which signal, with its parameters and its own state.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// See `docs/trading.md`.
    Scalping(ScalpingParams),
    /// See `docs/trading.md`.
    EmaCross(EmaCross),
    /// See `docs/trading.md`.
    Trend(TrendParams),
}

/// What a rule knows of the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Held {
    /// 1 long, -1 short, 0 none.
    pub side: i8,
    /// 1-minute bars closed since it was opened.
    pub bars: u32,
}

/// A rule, the position it is told of, and its last proposal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Signals {
    rule: Rule,
    held: Held,
    busy: bool,
    proposal: Option<Proposal>,
}

impl Signals {
    /// A rule that knows of no position.
    #[must_use]
    pub fn new(rule: Rule) -> Self {
        Self { rule, held: Held::default(), busy: false, proposal: None }
    }

    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// Tells the position: 1 long, -1 short, 0 none.
    pub fn hold(&mut self, side: i8) {
        self.held = Held { side, bars: 0 };
    }

    /// Tells whether an order to enter or to leave is under way.
    pub fn busy(&mut self, under_way: bool) {
        self.busy = under_way;
    }

    /// Forgets all bars; the parameters stay, and what it was told of the position.
    pub fn reset(&mut self) {
        if let Rule::EmaCross(rule) = &mut self.rule {
            rule.reset();
        }
        self.proposal = None;
    }

    /// The last proposal, once.
    pub fn take(&mut self) -> Option<Proposal> {
        self.proposal.take()
    }

    /// Looks at the bars that closed at one instant; true when there is a proposal.
    pub fn on_closed(&mut self, closed: Flags, analyzer: &Analyzer) -> bool {
        let minute = analyzer.timeframe(Timeframe::M1);
        self.held.bars = self.held.bars.saturating_add(1);
        if minute.last().is_none_or(|bar| bar.partial) {
            return false;
        }
        let held = self.held;
        let proposal = match &mut self.rule {
            Rule::EmaCross(rule) => rule.next(held, analyzer),
            Rule::Scalping(rule) if !self.busy => rule.next(held, analyzer),
            Rule::Trend(rule) if !self.busy && closed.contains(Flags::BAR_15M) => {
                rule.next(held, analyzer)
            }
            Rule::Scalping(_) | Rule::Trend(_) => None,
        };
        if self.busy {
            return false;
        }
        self.proposal = proposal;
        proposal.is_some()
    }
}
