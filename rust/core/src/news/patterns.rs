//! Which of many patterns hold in a headline.
//!
//! A pattern is a regular expression over ASCII: a text is read in small letters, and each sign
//! outside of ASCII counts as one that is neither letter, digit nor blank. One pass over the text
//! finds where the first letters of any pattern stand; a pattern is tried there and nowhere else.

use aho_corasick::AhoCorasick;
use regex_automata::nfa::thompson::backtrack::{BoundedBacktracker, Cache, Config};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::literal::Extractor;
use serde::{Deserialize, Serialize};

use crate::error::{AtIndex, CoreError};

/// Most characters of a pattern.
pub const PATTERN_CHARS_MAX: usize = 20_000;
/// Most characters of a text that are read.
pub const TEXT_CHARS_MAX: usize = 1_024;
/// Stands for a sign outside of ASCII.
const OTHER: u8 = 0x7f;
/// Most bytes of a compiled pattern.
const COMPILED_MAX: usize = 2 << 20;
/// Most bytes in which a search notes where it has been.
const NOTES_MAX: usize = 1 << 20;
/// Most letters that are looked for before a pattern is tried, and most such beginnings of one.
const BEGINNING: usize = 5;
const BEGINNINGS_MAX: usize = 400;

type Sources = Vec<(String, Option<String>)>;
/// Letters that a match begins with, one of these.
type Beginnings = Vec<Vec<u8>>;
/// A pattern that can be tried: within the limits below it takes time in proportion to the text.
type Compiled = BoundedBacktracker;

/// The number of a pattern and where it must begin; None for anywhere.
type Try = (usize, Option<usize>);

/// Patterns, each with one that must not hold beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "Sources", into = "Sources")]
pub struct HeadlinePatterns {
    sources: Sources,
    patterns: Vec<(Compiled, Option<Compiled>)>,
    beginnings: AhoCorasick,
    /// The pattern that each beginning is one of.
    begun: Vec<usize>,
    /// Patterns that may begin with anything.
    anywhere: Vec<usize>,
}

impl HeadlinePatterns {
    /// Compiles patterns; `(wanted, unless)` holds where `wanted` is found and `unless` is not.
    ///
    /// # Errors
    /// [`CoreError::Pattern`] at the index of a pattern that is too long, no regular expression, or
    /// one with look-around or back references.
    pub fn new(sources: Sources) -> Result<Self, AtIndex> {
        let (mut literals, mut begun, mut anywhere) = (Vec::new(), Vec::new(), Vec::new());
        let mut patterns = Vec::with_capacity(sources.len());
        for (index, (wanted, unless)) in sources.iter().enumerate() {
            let at = |error| AtIndex { index, error };
            let (wanted, found) = compiled(wanted).map_err(at)?;
            match found {
                Some(found) => {
                    begun.extend(found.iter().map(|_| index));
                    literals.extend(found);
                }
                None => anywhere.push(index),
            }
            let unless = unless.as_deref().map(compiled).transpose().map_err(at)?;
            patterns.push((wanted, unless.map(|(unless, _)| unless)));
        }
        let too_many = CoreError::Pattern { fault: "they have too many beginnings" };
        let at = |_| AtIndex { index: sources.len(), error: too_many };
        let beginnings = AhoCorasick::new(literals).map_err(at)?;
        Ok(Self { sources, patterns, beginnings, begun, anywhere })
    }

    /// The number of the first pattern that holds.
    #[must_use]
    pub fn first(&self, text: &str) -> Option<usize> {
        let (text, mut notes) = (plain(text), None);
        let mut tries = self.tries(&text).into_iter();
        tries.find(|&one| self.holds(one, &text, &mut notes)).map(|(number, _)| number)
    }

    /// The numbers of all patterns that hold, rising.
    #[must_use]
    pub fn all(&self, text: &str) -> Vec<usize> {
        let (text, mut notes) = (plain(text), None);
        let mut tries = self.tries(&text);
        tries.retain(|&one| self.holds(one, &text, &mut notes));
        tries.dedup_by_key(|one| one.0);
        tries.into_iter().map(|(number, _)| number).collect()
    }

    /// What they were compiled from.
    #[must_use]
    pub fn sources(&self) -> &[(String, Option<String>)] {
        &self.sources
    }

    /// What is worth trying, first patterns first.
    fn tries(&self, text: &[u8]) -> Vec<Try> {
        let hits = self.beginnings.find_overlapping_iter(text);
        let begun = |literal: usize| self.begun.get(literal).copied();
        let at = hits.filter_map(|hit| Some((begun(hit.pattern().as_usize())?, Some(hit.start()))));
        let anywhere = self.anywhere.iter().map(|&number| (number, None));
        let mut tries: Vec<Try> = at.chain(anywhere).collect();
        tries.sort_unstable();
        tries
    }

    fn holds(&self, (number, from): Try, text: &[u8], notes: &mut Option<Cache>) -> bool {
        let Some((wanted, unless)) = self.patterns.get(number) else { return false };
        let input = match from {
            Some(from) => Input::new(text).range(from..).anchored(Anchored::Yes),
            None => Input::new(text),
        };
        let mut found = |pattern: &Compiled, input| {
            let notes = notes.get_or_insert_with(|| pattern.create_cache());
            notes.reset(pattern);
            // An error is a text too long for the notes: `compiled` sees to it that none is.
            pattern.try_is_match(notes, input).unwrap_or_default()
        };
        found(wanted, input)
            && !unless.as_ref().is_some_and(|unless| found(unless, Input::new(text)))
    }
}

impl TryFrom<Sources> for HeadlinePatterns {
    type Error = CoreError;

    fn try_from(sources: Sources) -> Result<Self, CoreError> {
        Self::new(sources).map_err(|refused| refused.error)
    }
}

impl From<HeadlinePatterns> for Sources {
    fn from(patterns: HeadlinePatterns) -> Self {
        patterns.sources
    }
}

/// A pattern, and the letters that each of its matches begins with; None when these are too many
/// or too few.
fn compiled(source: &str) -> Result<(Compiled, Option<Beginnings>), CoreError> {
    if source.len() > PATTERN_CHARS_MAX {
        return Err(CoreError::Pattern { fault: "one is longer than 20 000 characters" });
    }
    let ascii = syntax::Config::new().unicode(false).utf8(false);
    let no_such = |_| CoreError::Pattern { fault: "one is no such expression" };
    let parsed = syntax::parse_with(source, &ascii).map_err(no_such)?;
    let too_large = CoreError::Pattern { fault: "one is too large" };
    let config = thompson::Config::new().utf8(false).which_captures(WhichCaptures::None);
    let config = config.nfa_size_limit(Some(COMPILED_MAX));
    let automaton = thompson::Compiler::new().configure(config).build_from_hir(&parsed);
    let regex = BoundedBacktracker::builder()
        .configure(Config::new().visited_capacity(NOTES_MAX))
        .build_from_nfa(automaton.map_err(|_| too_large)?)
        .map_err(|_| too_large)?;
    if regex.max_haystack_len() < TEXT_CHARS_MAX {
        return Err(too_large);
    }
    let mut extractor = Extractor::new();
    extractor.limit_total(BEGINNINGS_MAX).limit_literal_len(BEGINNING);
    let mut found = extractor.extract(&parsed);
    found.dedup();
    let letters = found.literals().map(|all| all.iter().map(|one| one.as_bytes().to_vec()));
    let letters = letters.map(Iterator::collect::<Beginnings>);
    Ok((regex, letters.filter(|all| all.iter().all(|one| !one.is_empty()))))
}

/// One byte for each sign, letters small.
fn plain(text: &str) -> Vec<u8> {
    let byte = |sign: char| u8::try_from(sign).ok().filter(u8::is_ascii).unwrap_or(OTHER);
    text.chars().take(TEXT_CHARS_MAX).map(|sign| byte(sign).to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(pairs: &[(&str, Option<&str>)]) -> Result<HeadlinePatterns, AtIndex> {
        let own = |(wanted, unless): &(&str, Option<&str>)| {
            ((*wanted).to_owned(), unless.map(str::to_owned))
        };
        HeadlinePatterns::new(pairs.iter().map(own).collect())
    }

    #[test]
    fn each_holds_where_it_is_found_and_nothing_speaks_against_it() {
        let found = patterns(&[
            (r"\bfees? (?:fall|drop)", Some("rise")),
            (r"\w+ fall$", None),
            ("^gas", None),
            ("nowhere", None),
        ])
        .unwrap();
        assert_eq!(found.all("Gas FEES fall"), [0, 1, 2]);
        assert_eq!(found.first("Fees fall, prices rise"), None);
        assert_eq!(found.first("Prices fall"), Some(1));
        assert_eq!(found.all(""), []);
    }

    #[test]
    fn signs_outside_of_ascii_are_one_sign_that_ends_a_word() {
        let found = patterns(&[(r"\bcaf\b.\b", None), (r"\bdes? .{3}$", None)]).unwrap();
        assert_eq!(found.all("café x"), []);
        assert_eq!(found.all("caféx, des äöü"), [0, 1]);
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_its_place() {
        for wrong in ["(", "(?=x)", r"(x)\1", "x{9999}{9999}", &"x".repeat(PATTERN_CHARS_MAX + 1)] {
            let refused = patterns(&[("x", None), ("x", Some(wrong))]).unwrap_err();
            assert_eq!(refused.index, 1);
            assert_eq!(refused.error.name(), "patterns");
        }
    }

    #[test]
    fn no_text_takes_long() {
        let found = patterns(&[(r"fee.*x.*y$", None), (r"(\w+\s?)*!", None)]).unwrap();
        assert_eq!(found.first(&"fee x ".repeat(1 << 20)), None);
    }
}
