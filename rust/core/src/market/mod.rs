//! What the market does, tick by tick: bars, event gate, armed levels, and the analyzer that owns them.

mod advance;
pub mod analyzer;
pub mod bars;
pub mod config;
pub mod deferred;
pub mod flags;
pub mod levels;
pub mod minutes;
pub mod partner;
pub mod smart_events;
pub mod tick;
pub mod tick_indicators;
pub mod timeframe;
pub mod tracked;

pub use analyzer::Analyzer;
pub use bars::{Bar, BarBuilder, ClosedBars};
pub use config::{AnalyzerConfig, GateConfig};
pub use flags::Flags;
pub use levels::{Armed, Hit};
pub use minutes::MinuteBar;
pub use partner::{Alone, Partner};
pub use smart_events::{Reason, SmartEventProcessor};
pub use tick::{Grids, Side, Tick};
pub use tick_indicators::{Fused, TickIndicators};
pub use timeframe::{Timeframe, TimeframeState};
pub use tracked::Tracked;
