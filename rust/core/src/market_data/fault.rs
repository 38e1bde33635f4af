//! What is wrong with one row, as data; words only when displayed.

use core::fmt;

use super::row_order::MAX_GAP_SECONDS;
use super::rules::LAST_MS;

/// Bytes of a value that are shown; the rest is cut.
const SHOWN: usize = 40;

/// Which column of a row, what it holds, and what is allowed there.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    column: &'static str,
    /// The beginning of the value.
    value: Vec<u8>,
    cut: bool,
    allowed: Allowed,
}

/// What is allowed in a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// An integer from 1970 to 2100.
    Milliseconds,
    /// The open time of a bar.
    MinuteStart,
    /// A price or a size.
    Number {
        /// Smallest.
        low: f64,
        /// Largest.
        high: f64,
        /// Decimals of the grid; None when values are rounded to it.
        decimals: Option<u8>,
    },
    /// The taker's side.
    Side,
    /// The low of a bar.
    AtMostOpenAndClose,
    /// The high of a bar.
    AtLeastOpenAndClose,
    /// A time that the rows around it confirm.
    NotFarAhead,
    /// So many columns.
    Width(usize),
    /// A line of so many bytes.
    Length(usize),
    /// A line without NUL.
    NoNul,
    /// A line that is text.
    Utf8,
}

impl Fault {
    /// A fault, with as much of the value as is shown.
    #[cold]
    #[must_use]
    pub fn new(column: &'static str, value: &[u8], allowed: Allowed) -> Self {
        let beginning = value.iter().take(SHOWN).copied().collect();
        Self { column, value: beginning, cut: value.len() > SHOWN, allowed }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is ", self.column)?;
        quoted(&self.value, f)?;
        write!(f, "{}, allowed is {}", if self.cut { "..." } else { "" }, self.allowed)
    }
}

/// Bytes between quotes, those that are no printable ASCII as Python writes them.
fn quoted(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    write!(f, "{quote}")?;
    for &byte in bytes {
        match byte {
            b'\t' => f.write_str("\\t")?,
            b'\n' => f.write_str("\\n")?,
            b'\r' => f.write_str("\\r")?,
            b'\\' => f.write_str("\\\\")?,
            b'\'' if quote == '\'' => f.write_str("\\'")?,
            b' '..=b'~' => write!(f, "{}", char::from(byte))?,
            _ => write!(f, "\\x{byte:02x}")?,
        }
    }
    write!(f, "{quote}")
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Milliseconds => write!(f, "whole milliseconds from 0 to {LAST_MS}"),
            Self::MinuteStart => f.write_str("the first millisecond of a minute"),
            Self::Number { low, high, decimals } => {
                write!(f, "a number from {} to {}", short(low), short(high))?;
                decimals.map_or(Ok(()), |d| write!(f, " with at most {d} decimals"))
            }
            Self::Side => f.write_str("'buy' or 'sell'"),
            Self::AtMostOpenAndClose => f.write_str("at most open and close"),
            Self::AtLeastOpenAndClose => f.write_str("at least open and close"),
            Self::NotFarAhead => {
                write!(f, "at most {MAX_GAP_SECONDS} seconds ahead of the rows around it")
            }
            Self::Width(columns) => write!(f, "{columns}"),
            Self::Length(bytes) => write!(f, "at most {bytes} bytes"),
            Self::NoNul => f.write_str("text without NUL bytes"),
            Self::Utf8 => f.write_str("UTF-8 text"),
        }
    }
}

/// A positive number in at most six digits, with an exponent where it is very large or small.
pub(super) fn short(value: f64) -> String {
    let rounded = format!("{value:.5e}");
    let Some((digits, exponent)) = rounded.split_once('e') else { return rounded };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or(0);
        return trimmed(&format!("{value:.decimals$}")).to_owned();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(digits), exponent.abs())
}

/// A number without the zeros at the end of its decimals.
fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_short() {
        let shown = [1e-12, 1e-8, 0.001, 0.01, 1.0, 60.0, 86_400.0, 90_071_992.547_409_92, 1e15];
        let texts = shown.map(short).join(" ");
        assert_eq!(texts, "1e-12 1e-08 0.001 0.01 1 60 86400 9.0072e+07 1e+15");
    }

    #[test]
    fn values_are_quoted_and_cut() {
        let fault = |value: &[u8]| Fault::new("side", value, Allowed::Side).to_string();
        assert_eq!(fault(b"a'b"), "side is \"a'b\", allowed is 'buy' or 'sell'");
        assert_eq!(fault(b"'\"\0\xff\\"), r#"side is '\'"\x00\xff\\', allowed is 'buy' or 'sell'"#);
        assert!(fault(&[b'x'; 41]).contains(&format!("'{}'...", "x".repeat(40))));
        assert!(fault(&[b'x'; 40]).contains(&format!("'{}',", "x".repeat(40))));
    }
}
