//! One field of a row: text of a CSV file, or an element of a column.

use super::number;

/// A field, before it is checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// Text, as a CSV file has it.
    Text(&'a [u8]),
    /// An element of a column of floats; NaN where it has none.
    Float(f64),
    /// An element of a column of integers.
    Integer(i64),
    /// Nothing.
    Missing,
}

impl<'a> Cell<'a> {
    /// The number in it, NaN if there is none.
    #[inline]
    #[must_use]
    pub fn float(&self) -> f64 {
        match *self {
            Self::Text(text) => number::float(text).unwrap_or(f64::NAN),
            Self::Float(value) => value,
            Self::Integer(value) => {
                #[allow(clippy::cast_precision_loss, reason = "rounds once, to the nearest")]
                let value = value as f64;
                value
            }
            Self::Missing => f64::NAN,
        }
    }

    /// The integer in it, None if there is none; a float is none, however round.
    #[inline]
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        match *self {
            Self::Text(text) => number::integer(text),
            Self::Integer(value) => Some(value),
            Self::Float(_) | Self::Missing => None,
        }
    }

    /// The text in it, empty if there is none.
    #[inline]
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        match *self {
            Self::Text(text) => text,
            _ => b"",
        }
    }

    /// What a person would see there.
    #[must_use]
    pub fn shown(&self) -> Vec<u8> {
        match *self {
            Self::Text(text) => text.to_vec(),
            Self::Float(value) => format!("{value:?}").to_ascii_lowercase().into_bytes(),
            Self::Integer(value) => value.to_string().into_bytes(),
            Self::Missing => Vec::new(),
        }
    }

    /// Appends bytes that are the same only for the same content of the same kind.
    pub fn append_to(&self, key: &mut Vec<u8>) {
        match *self {
            Self::Text(text) => {
                key.push(b't');
                key.extend_from_slice(&text.len().to_le_bytes());
                key.extend_from_slice(text);
            }
            Self::Float(value) => {
                key.push(b'f');
                key.extend_from_slice(&value.to_bits().to_le_bytes());
            }
            Self::Integer(value) => {
                key.push(b'i');
                key.extend_from_slice(&value.to_le_bytes());
            }
            Self::Missing => key.push(b'-'),
        }
    }
}
