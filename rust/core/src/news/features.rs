//! Tokens to hashed features: stems, pairs of neighbours, and pairs of classes of the lexicon.

use super::lexicon::Lexicon;
use super::token::tokens;

/// Bits of a feature's hash; a model uses as many of the lowest as it has.
pub const HASH_BITS: u32 = 20;
/// Most features of a headline.
pub const FEATURES_MAX: usize = 1_024;
/// Most classes whose pairs are counted.
const CLASSES_MAX: usize = 20;
const START: &str = "^";
const END: &str = "$";

/// The distinct features of a headline, in rising order.
pub(super) fn features(text: &str, lexicon: &Lexicon) -> Vec<u32> {
    let tokens = tokens(text, lexicon);
    let classes: Vec<Option<&str>> = tokens.iter().map(|token| class(token, lexicon)).collect();
    let stems: Vec<&str> = tokens.iter().map(|token| stem(token)).collect();
    let mut found = Vec::with_capacity(128);

    found.extend(stems.iter().map(|stem| hash(b's', stem, "")));
    pairs(&mut found, b'b', &stems);
    let mixed: Vec<&str> =
        classes.iter().zip(&stems).map(|(class, stem)| class.unwrap_or(stem)).collect();
    pairs(&mut found, b'm', &mixed);
    let meant: Vec<&str> = classes.iter().flatten().copied().take(CLASSES_MAX).collect();
    for (place, first) in meant.iter().enumerate() {
        found.push(hash(b'c', first, ""));
        let later = meant.get(place + 1..).unwrap_or_default();
        found.extend(later.iter().map(|second| hash(b'p', first, second)));
    }

    found.sort_unstable();
    found.dedup();
    found.truncate(FEATURES_MAX);
    found
}

/// Neighbours, and what begins and ends the headline.
fn pairs(found: &mut Vec<u32>, kind: u8, words: &[&str]) {
    let mut before = START;
    for word in words {
        found.push(hash(kind, before, word));
        before = word;
    }
    found.push(hash(kind, before, END));
}

/// A class that stands for itself, or that of the lexicon.
fn class<'a>(token: &'a str, lexicon: &Lexicon) -> Option<&'a str> {
    if token.starts_with('<') { Some(token) } else { lexicon.class(token) }
}

const ENDINGS: [&str; 11] =
    ["ingly", "edly", "ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y"];

/// A word without its ending, so that surge, surges, surged and surging are one.
fn stem(word: &str) -> &str {
    if word.starts_with('<') || word.ends_with("ss") {
        return word;
    }
    ENDINGS
        .into_iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .find(|rest| rest.len() >= 3)
        .unwrap_or(word)
}

/// FNV-1a of 64 bits over kind, first, a zero and second, folded to [`HASH_BITS`].
fn hash(kind: u8, first: &str, second: &str) -> u32 {
    let bytes = [kind].into_iter().chain(first.bytes()).chain([0]).chain(second.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let folded = (hash >> 40) ^ (hash >> HASH_BITS) ^ hash;
    let low = folded & ((1 << HASH_BITS) - 1);
    u32::try_from(low).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflections_share_a_stem() {
        for word in ["surge", "surges", "surged", "surging"] {
            assert_eq!(stem(word), "surg");
        }
        assert_eq!(stem("loss"), "loss");
        assert_eq!(stem("<coin>"), "<coin>");
    }

    #[test]
    fn names_of_coins_and_numbers_do_not_matter() {
        let lexicon = Lexicon::default();
        let first = features("Bitcoin surges 12% past $64,200", &lexicon);
        assert_eq!(first, features("DOGE Surges 7 % past $3", &lexicon));
        assert_ne!(first, features("Bitcoin falls 12% past $64,200", &lexicon));
        assert!(first.iter().all(|&feature| feature < 1 << HASH_BITS));
    }

    #[test]
    fn features_are_bounded_however_long_the_text() {
        let lexicon = Lexicon::default();
        let letters = "abcdefghij".chars().cycle().enumerate().take(400_000);
        let words: String =
            letters.map(|(n, c)| if n % (3 + n / 4_000) == 0 { ' ' } else { c }).collect();
        assert!(features(&words, &lexicon).len() <= FEATURES_MAX);
        assert_eq!(features("", &lexicon).len(), 2);
        assert!(features(&"ß\u{130}-'".repeat(9_999), &lexicon).len() < FEATURES_MAX);
    }
}
