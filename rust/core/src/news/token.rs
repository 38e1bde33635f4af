//! A headline as normalised tokens: words in lower case, and classes of numbers, coins and marks.

use super::lexicon::Lexicon;

/// Most tokens of a headline that are read; the rest changes nothing.
pub const TOKENS_MAX: usize = 96;
/// Most characters of a headline that are read.
const CHARS_MAX: usize = 4_096;
/// Longest word that is kept whole.
const WORD_MAX: usize = 32;

/// What stands for every number of a kind.
pub(super) const PERCENT: &str = "<pct>";
pub(super) const MONEY: &str = "<money>";
pub(super) const YEAR: &str = "<year>";
pub(super) const NUMBER: &str = "<num>";
pub(super) const QUESTION: &str = "<?>";
pub(super) const COIN: &str = "<coin>";

const UNITS: [&str; 8] = ["k", "m", "b", "bn", "mn", "million", "billion", "trillion"];

/// Splits a headline; an apostrophe or a hyphen inside a word belongs to it.
pub(super) fn tokens(text: &str, lexicon: &Lexicon) -> Vec<String> {
    let chars: Vec<char> = text.chars().take(CHARS_MAX).map(plain).collect();
    let mut found = Vec::with_capacity(24);
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        if found.len() >= TOKENS_MAX {
            break;
        }
        let dollar = c == '$' && chars.get(at + 1).is_some_and(char::is_ascii_digit);
        if dollar || c.is_ascii_digit() {
            let (kind, next) = number(&chars, at + usize::from(dollar), dollar);
            found.push(kind.to_owned());
            at = next;
        } else if c.is_alphabetic() {
            let (word, next) = word(&chars, at);
            push(&mut found, &word, lexicon);
            at = next;
        } else {
            if c == '?' {
                found.push(QUESTION.to_owned());
            }
            at += 1;
        }
    }
    found.truncate(TOKENS_MAX);
    found
}

fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '`' => '\'',
        '\u{2010}'..='\u{2012}' => '-',
        _ => c,
    }
}

/// The kind of the number at a place, and the place after it and its unit.
fn number(chars: &[char], start: usize, dollar: bool) -> (&'static str, usize) {
    let mut end = start;
    while chars.get(end).is_some_and(|c| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        end += 1;
    }
    let digits = chars.get(start..end).unwrap_or_default();
    let mut after = end;
    if chars.get(after) == Some(&' ') {
        after += 1;
    }
    if chars.get(after) == Some(&'%') {
        return (PERCENT, after + 1);
    }
    let (unit, next) = word(chars, after);
    if UNITS.contains(&unit.as_str()) {
        return (MONEY, next);
    }
    if dollar {
        return (MONEY, end);
    }
    let year = matches!(digits, ['1', '9', _, _] | ['2', '0', _, _]);
    (if year { YEAR } else { NUMBER }, end)
}

/// The word at a place in lower case, and the place after it.
fn word(chars: &[char], start: usize) -> (String, usize) {
    let mut word = String::with_capacity(WORD_MAX);
    let mut at = start;
    while let Some(&c) = chars.get(at) {
        let inner = matches!(c, '\'' | '-')
            && at > start
            && chars.get(at + 1).is_some_and(|next| next.is_alphabetic());
        if !c.is_alphabetic() && !inner {
            break;
        }
        if word.len() < WORD_MAX {
            word.extend(c.to_lowercase());
        }
        at += 1;
    }
    (word, at)
}

/// Adds a word, or its parts when only they are known.
fn push(found: &mut Vec<String>, word: &str, lexicon: &Lexicon) {
    let word = word.strip_suffix("'s").unwrap_or(word);
    if word.contains('-') && lexicon.class(word).is_none() {
        found.extend(word.split('-').map(|part| named(part, lexicon)));
    } else {
        found.push(named(word, lexicon));
    }
}

fn named(word: &str, lexicon: &Lexicon) -> String {
    if lexicon.is_coin(word) { COIN.to_owned() } else { word.to_owned() }
}
