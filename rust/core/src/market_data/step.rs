//! How far apart the rows of a file are.

use core::fmt;

use super::fault::short;

/// A file whose bars are not as long as they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongStep {
    /// The step that is the commonest among its first rows, nanoseconds.
    pub found_ns: i64,
}

impl fmt::Display for WrongStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[allow(clippy::cast_precision_loss, reason = "shown in six digits")]
        let seconds = short(self.found_ns as f64 / 1e9);
        write!(
            f,
            "its bars are {seconds} seconds apart; \
             1-minute bars (60 seconds) are needed, longer ones are built from them"
        )
    }
}

impl core::error::Error for WrongStep {}

/// Refuses a file by the commonest step between its first rows; of equally common ones the wanted
/// one decides, otherwise the first. A row without time has none to either side.
///
/// # Errors
/// When it is another one than `wanted_ns`.
pub fn check_step(
    wanted_ns: i64,
    times: impl Iterator<Item = Option<i64>>,
) -> Result<(), WrongStep> {
    let mut steps: Vec<(i64, usize)> = Vec::new();
    let mut before = None;
    for time in times {
        if let (Some(before), Some(time)) = (before, time)
            && time > before
        {
            let step = time - before;
            match steps.iter_mut().find(|(known, _)| *known == step) {
                Some((_, count)) => *count += 1,
                None => steps.push((step, 1)),
            }
        }
        before = time;
    }
    // Reversed, because of equal ones the last is taken.
    let common = steps.iter().rev().max_by_key(|(step, count)| (*count, *step == wanted_ns));
    match common {
        Some(&(found_ns, _)) if found_ns != wanted_ns => Err(WrongStep { found_ns }),
        _ => Ok(()),
    }
}
