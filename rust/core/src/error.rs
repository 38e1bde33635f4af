//! What can go wrong, as data: name, value and bound; words only when displayed.

use core::fmt;

/// A value that was refused, or a saved state that could not be read.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum CoreError {
    /// A float that is not finite or outside its range.
    Number {
        /// The argument.
        name: &'static str,
        /// Its value.
        value: f64,
        /// Smallest value allowed.
        min: f64,
        /// Largest value allowed.
        max: f64,
    },
    /// An integer outside its range.
    Integer {
        /// The argument.
        name: &'static str,
        /// Its value.
        value: i64,
        /// Smallest value allowed.
        min: i64,
        /// Largest value allowed.
        max: i64,
    },
    /// A period that must be below another one.
    NotBelow {
        /// The argument.
        name: &'static str,
        /// Its value.
        value: i64,
        /// The argument it must stay below.
        other: &'static str,
        /// The value of that one.
        bound: i64,
    },
    /// A price or size between two steps of the instrument's grid.
    OffGrid {
        /// The argument.
        name: &'static str,
        /// Its value.
        value: f64,
        /// Decimals of the grid.
        decimals: u8,
    },
    /// An integer that is none of a few.
    Choice {
        /// The argument.
        name: &'static str,
        /// Its value.
        value: i64,
        /// What is allowed, in words.
        allowed: &'static str,
    },
    /// Arrays that belong together but differ in length.
    Length {
        /// The array.
        name: &'static str,
        /// Its length.
        value: usize,
        /// The length it must have.
        expected: usize,
    },
    /// An event so far in the future that the clock that stamped it must be wrong.
    TooFarAhead {
        /// Time of the event, nanoseconds UTC.
        value: i64,
        /// Latest time seen before it.
        watermark: i64,
        /// Longest jump believed, in seconds.
        max_gap_seconds: i64,
    },
    /// Bytes that are no headline model.
    Model {
        /// What is wrong with the bytes.
        fault: &'static str,
    },
    /// Text that is no pattern.
    Pattern {
        /// What is wrong with it.
        fault: &'static str,
    },
    /// Bytes that are not a saved state of the wanted kind.
    State {
        /// What should have been restored.
        kind: &'static str,
        /// What is wrong with the bytes.
        fault: &'static str,
    },
}

/// Arguments that come from a market rather than from whoever wrote the program.
const DATA: [&str; 10] =
    ["price", "prices", "size", "sizes", "volume", "open", "high", "low", "close", "x"];

/// A bound in its shortest form.
fn shown(bound: f64) -> String {
    if (1e-4..1e15).contains(&bound.abs()) { format!("{bound:?}") } else { format!("{bound:e}") }
}

impl CoreError {
    /// The argument that was refused.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match *self {
            Self::Number { name, .. }
            | Self::Integer { name, .. }
            | Self::NotBelow { name, .. }
            | Self::OffGrid { name, .. }
            | Self::Choice { name, .. }
            | Self::Length { name, .. } => name,
            Self::TooFarAhead { .. } => "timestamp_ns",
            Self::Model { .. } => "model",
            Self::Pattern { .. } => "patterns",
            Self::State { .. } => "state",
        }
    }
}

impl CoreError {
    /// The same refusal under the name that the caller knows the argument by.
    #[must_use]
    pub fn renamed(mut self, new: &'static str) -> Self {
        match &mut self {
            Self::Number { name, .. }
            | Self::Integer { name, .. }
            | Self::NotBelow { name, .. }
            | Self::OffGrid { name, .. }
            | Self::Choice { name, .. }
            | Self::Length { name, .. } => *name = new,
            Self::TooFarAhead { .. }
            | Self::Model { .. }
            | Self::Pattern { .. }
            | Self::State { .. } => {}
        }
        self
    }

    /// What is allowed, in words.
    #[must_use]
    pub fn bound(&self) -> String {
        match *self {
            Self::Number { min, max, .. } => {
                format!("a finite number from {} to {}", shown(min), shown(max))
            }
            Self::Integer { min, max, .. } => format!("an integer from {min} to {max}"),
            Self::NotBelow { other, bound, .. } => format!("below {other}={bound}"),
            Self::OffGrid { decimals, .. } => {
                format!("on the instrument's grid of {decimals} decimals")
            }
            Self::Choice { allowed, .. } => allowed.to_owned(),
            Self::Length { expected, .. } => format!("{expected} elements, like the first array"),
            Self::TooFarAhead { watermark, max_gap_seconds, .. } => {
                format!("at most {max_gap_seconds} s after the last event at {watermark}")
            }
            Self::Model { .. } => "a headline model of this version".to_owned(),
            Self::Pattern { .. } => "regular expressions without look-around".to_owned(),
            Self::State { kind, .. } => format!("bytes saved by this version of {kind}"),
        }
    }
}

impl fmt::Display for CoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, bound) = (self.name(), self.bound());
        write!(f, "{name} must be {bound}, ")?;
        match *self {
            Self::Number { value, .. } if DATA.contains(&name) => {
                write!(f, "got {value:?}; drop the row or mend its source")
            }
            Self::Number { value, .. } => write!(f, "got {value:?}"),
            Self::Integer { value, .. } | Self::Choice { value, .. } => write!(f, "got {value}"),
            Self::NotBelow { value, other, .. } => write!(f, "got {value}; raise {other}"),
            Self::OffGrid { value, .. } => {
                write!(f, "got {value:?}; check the instrument, or drop the row")
            }
            Self::Length { value, .. } => write!(f, "got {value}"),
            Self::TooFarAhead { value, .. } => {
                write!(f, "got {value}; drop the row, or reset() if nothing was traded so long")
            }
            Self::Model { fault } => {
                write!(f, "but {fault}; install the package again, or train one (docs/news.md)")
            }
            Self::Pattern { fault } => write!(f, "but {fault}; docs/news.md has what there is"),
            Self::State { fault, .. } => write!(f, "but {fault}; build it anew from history"),
        }
    }
}

impl core::error::Error for CoreError {}

/// An error and the position in the input array that caused it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AtIndex {
    /// Position of the refused element.
    pub index: usize,
    /// Why it was refused.
    pub error: CoreError,
}
