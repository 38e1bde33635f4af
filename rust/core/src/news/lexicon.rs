//! What words mean in crypto headlines: `lexicon.txt`, one class per line.

use std::collections::{BTreeMap, BTreeSet};

const WORDS: &str = include_str!("lexicon.txt");
const COINS: &str = include_str!("coins.txt");

/// Classes of words, found in any of their inflections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lexicon {
    classes: BTreeMap<&'static str, &'static str>,
    coins: BTreeSet<&'static str>,
}

impl Default for Lexicon {
    fn default() -> Self {
        let mut classes = BTreeMap::new();
        for line in lines(WORDS) {
            let (class, words) = line.split_once(": ").unwrap_or((line, ""));
            for word in words.split_whitespace() {
                classes.entry(word).or_insert(class);
            }
        }
        let coins = lines(COINS).flat_map(str::split_whitespace).collect();
        Self { classes, coins }
    }
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

impl Lexicon {
    /// The class of a word in lower case, of it or of what it is inflected from.
    #[must_use]
    pub fn class(&self, word: &str) -> Option<&'static str> {
        self.known(word).or_else(|| self.of_inflected(word))
    }

    /// Whether a word in lower case names a coin, or coins.
    #[must_use]
    pub fn is_coin(&self, word: &str) -> bool {
        self.coins.contains(word)
    }

    fn known(&self, word: &str) -> Option<&'static str> {
        self.classes.get(word).copied()
    }

    fn of_inflected(&self, word: &str) -> Option<&'static str> {
        if !word.is_ascii() {
            return None;
        }
        let stem = word.strip_suffix("ies").or_else(|| word.strip_suffix("ied"));
        let of_y = stem.and_then(|stem| self.known(&format!("{stem}y")));
        if of_y.is_some() {
            return of_y;
        }
        let plural = word.strip_suffix('s').filter(|rest| !rest.ends_with('s'));
        let plain = plural.and_then(|rest| self.known(rest));
        let plain = plain.or_else(|| self.known(word.strip_suffix("es")?));
        plain.or_else(|| self.of_verb(word, "ed")).or_else(|| self.of_verb(word, "ing"))
    }

    /// surg-ed to surge, jump-ing to jump, dropp-ed to drop.
    fn of_verb(&self, word: &str, ending: &str) -> Option<&'static str> {
        let stem = word.strip_suffix(ending)?;
        let whole = self.known(stem).or_else(|| self.known(&format!("{stem}e")));
        whole.or_else(|| {
            let mut letters = stem.bytes().rev();
            let doubled = stem.len() > 3 && letters.next() == letters.next();
            self.known(stem.get(..stem.len() - 1).filter(|_| doubled)?)
        })
    }
}
