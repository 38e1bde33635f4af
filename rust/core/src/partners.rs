//! The partners of an analyzer in a run: a built-in signal inside the engine, a paper exchange outside.

use crate::ledger::Candle;
use crate::market::tick::Tick;
use crate::market::{Analyzer, Flags, MinuteBar, Partner, Timeframe};
use crate::signal::Signals;
use crate::venue::PaperExchange;

/// Either, both or none.
#[derive(Debug)]
pub struct Partners<'a> {
    /// Asked at closed bars.
    pub signals: Option<&'a mut Signals>,
    /// Sees every trade, and keeps a record at closed minutes.
    pub exchange: Option<&'a mut PaperExchange>,
}

fn when(raised: bool, flag: Flags) -> Flags {
    if raised { flag } else { Flags::NONE }
}

impl Partner for Partners<'_> {
    #[inline]
    fn on_trade(&mut self, tick: &Tick) -> Flags {
        match &mut self.exchange {
            Some(exchange) => {
                when(exchange.on_trade(tick.price, tick.size, tick.timestamp_ns), Flags::ORDER)
            }
            None => Flags::NONE,
        }
    }

    fn on_bar(&mut self, bar: &MinuteBar) -> Flags {
        match &mut self.exchange {
            Some(exchange) => when(exchange.on_bar(bar), Flags::ORDER),
            None => Flags::NONE,
        }
    }

    fn on_closed(&mut self, closed: Flags, analyzer: &Analyzer) -> Flags {
        if let (Some(exchange), Some(bar)) =
            (&mut self.exchange, analyzer.timeframe(Timeframe::M1).last())
        {
            let (open_ns, equity) = (bar.open_ns, 0);
            let (open, high, low, close) = (bar.open, bar.high, bar.low, bar.close);
            exchange.on_closed(Candle { open_ns, open, high, low, close, equity });
        }
        match &mut self.signals {
            Some(signals) => when(signals.on_closed(closed, analyzer), Flags::SIGNAL),
            None => Flags::NONE,
        }
    }
}
