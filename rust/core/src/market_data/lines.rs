//! Lines of a file that comes in blocks, ended by `\n` or `\r\n`; memory stays bounded.

use super::fault::{Allowed, Fault};

/// Bytes in a line without its end.
pub const LONGEST_LINE: usize = 1 << 20;
/// Bytes that show that a line is too long: its end may take one of them.
const KEPT: usize = LONGEST_LINE + 2;

/// The blocks of a file of which lines were not yet taken.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    bytes: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// Lines taken.
    taken: u64,
    ended: bool,
    /// True when all bytes are ASCII and none is NUL.
    plain: bool,
}

/// One line, and where the one after it begins.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// Its content, without its end.
    pub text: &'a [u8],
    /// Its number, from 1.
    pub number: u64,
    next: usize,
}

impl Lines {
    /// Begins a file of which so many lines were read before.
    pub fn begin(&mut self, taken: u64) {
        self.bytes.clear();
        self.start = 0;
        self.taken = taken;
        self.ended = false;
        self.plain = true;
    }

    /// Takes the next block.
    pub fn push(&mut self, block: &[u8]) {
        self.bytes.drain(..self.start);
        self.start = 0;
        self.plain = is_plain(&self.bytes) && is_plain(block);
        self.bytes.extend_from_slice(block);
    }

    /// Says that there are no more blocks: what remains is a line, too.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// The next line, None where another block is needed first.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<Line<'_>> {
        self.line(self.start, self.taken + 1)
    }

    #[inline]
    fn line(&self, start: usize, number: u64) -> Option<Line<'_>> {
        let rest = self.bytes.get(start..)?;
        let (text, next) = match rest.iter().position(|&byte| byte == b'\n') {
            Some(length) => (rest.get(..length)?, start + length + 1),
            None if self.ended && !rest.is_empty() => (rest, self.bytes.len()),
            None => return None,
        };
        Some(Line { text: text.strip_suffix(b"\r").unwrap_or(text), number, next })
    }

    /// Goes on behind a line, of which the number and the end are given.
    #[inline]
    pub fn go_to(&mut self, (number, next): (u64, usize)) {
        self.taken = number;
        self.start = next;
    }

    /// Shortens a line that has no end so far and is too long already.
    pub fn cut_tail(&mut self) {
        self.bytes.truncate(self.start + KEPT);
    }

    /// The first so many lines; None where another block is needed first. Longer ones than four of
    /// the longest are not waited for.
    #[must_use]
    pub fn head(&self, count: usize) -> Option<Vec<&[u8]>> {
        let mut lines = Vec::with_capacity(count);
        let mut start = self.start;
        while lines.len() < count {
            let Some(line) = self.line(start, 0) else {
                let enough = self.ended || self.bytes.len() > 4 * LONGEST_LINE;
                return enough.then_some(lines);
            };
            lines.push(line.text);
            start = line.next;
        }
        Some(lines)
    }

    /// Refuses a line that no row can be.
    ///
    /// # Errors
    /// When it is too long, holds NUL, or is no UTF-8.
    #[inline]
    pub fn check(&self, text: &[u8]) -> Result<(), Fault> {
        if self.plain && text.len() <= LONGEST_LINE { Ok(()) } else { checked(text) }
    }
}

impl Line<'_> {
    /// What [`Lines::go_to`] needs.
    #[inline]
    #[must_use]
    pub fn end(&self) -> (u64, usize) {
        (self.number, self.next)
    }
}

#[cold]
fn checked(text: &[u8]) -> Result<(), Fault> {
    let fault = |allowed| Err(Fault::new("the line", text, allowed));
    if text.len() > LONGEST_LINE {
        return fault(Allowed::Length(LONGEST_LINE));
    }
    if text.contains(&0) {
        return fault(Allowed::NoNul);
    }
    if str::from_utf8(text).is_err() {
        return fault(Allowed::Utf8);
    }
    Ok(())
}

fn is_plain(bytes: &[u8]) -> bool {
    bytes.is_ascii() && !bytes.contains(&0)
}
