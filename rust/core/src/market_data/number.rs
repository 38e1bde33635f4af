//! Numbers in text.
//!
//! A float is `[+-] digits [. digits] [(e|E) [+-] digits]`, where the digits before or after the
//! point may be missing, but not both; an integer is `[+-] digits`. Digits are ASCII. Nothing else
//! is a number: no blanks, no `_`, no `inf` or `nan`, no hexadecimals. Floats are the nearest double,
//! halves to even; one too large is infinite and one too small is 0, which the range checks see.

/// Powers of ten that a double holds exactly.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];
/// Largest integer below which a double holds every one.
const EXACT: u64 = 1 << 53;
/// Digits that certainly fit 64 bits.
const SAFE_DIGITS: usize = 18;

/// The double nearest to a decimal number, or None where the text is none.
#[inline]
#[must_use]
pub fn float(text: &[u8]) -> Option<f64> {
    let mut digits = 0_u64;
    let mut point = None;
    for (place, &byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            digits = digits.wrapping_mul(10).wrapping_add(u64::from(digit));
        } else if byte == b'.' && point.is_none() {
            point = Some(place);
        } else {
            return any_float(text);
        }
    }
    let count = text.len() - usize::from(point.is_some());
    let decimals = point.map_or(0, |place| text.len() - place - 1);
    // Both parts are exact, so one division rounds once, to the nearest double.
    match EXACT_POWERS.get(decimals) {
        Some(power) if (1..=SAFE_DIGITS).contains(&count) && digits <= EXACT => {
            #[allow(clippy::cast_precision_loss, reason = "exact: at most 2^53")]
            let whole = digits as f64;
            Some(whole / power)
        }
        _ => any_float(text),
    }
}

/// As [`float`], whatever the length; the standard library's words for infinity are no number.
#[cold]
fn any_float(text: &[u8]) -> Option<f64> {
    let of_a_number = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
    if !text.iter().all(of_a_number) {
        return None;
    }
    str::from_utf8(text).ok()?.parse().ok()
}

/// An integer, the nearest of 64 bits if it is beyond them, or None where the text is none.
#[inline]
#[must_use]
pub fn integer(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let safe = digits.len() <= SAFE_DIGITS;
    let mut value = 0_i64;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = if safe { value * 10 } else { value.saturating_mul(10) };
        value = value.saturating_add(i64::from(digit));
    }
    Some(if negative { -value } else { value })
}
