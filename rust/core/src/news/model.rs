//! The linear model: weights of one byte, a scale per class, a softmax with a temperature.
//!
//! Layout of the bytes, all numbers little-endian: 4 bytes magic, 1 byte version, 1 byte bits of the
//! sentiment's table, 1 byte bits of the category's, 1 byte zero; 4 bytes CRC-32 of all that follows; then
//! as float64 the temperatures of sentiment and category, 3 scales and 3 biases of the sentiments, 4
//! scales and 4 biases of the categories; then the weights, sentiments first, class by class.

use serde::{Deserialize, Serialize};

use super::features::{HASH_BITS, features};
use super::lexicon::Lexicon;
use crate::error::CoreError;

/// Most bytes of a model.
pub const MODEL_BYTES_MAX: usize = 500_000;
const MAGIC: [u8; 4] = *b"SSVN";
const VERSION: u8 = 1;
const HEAD: usize = 12;
const SENTIMENTS: usize = 3;
const CATEGORIES: usize = 4;
const FLOATS: usize = 2 + 2 * (SENTIMENTS + CATEGORIES);

/// One softmax over a table of weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Table {
    bits: u32,
    temperature: f64,
    scales: Vec<f64>,
    biases: Vec<f64>,
    weights: Vec<i8>,
}

impl Table {
    /// The probability of each class.
    fn scores(&self, features: &[u32]) -> impl Iterator<Item = f64> + use<> {
        let size = 1_usize << self.bits;
        let mut sums = [0_i32; CATEGORIES];
        for (class, sum) in sums.iter_mut().take(self.scales.len()).enumerate() {
            let row = self.weights.get(class * size..(class + 1) * size).unwrap_or_default();
            let at = |feature: u32| row.get(feature as usize & (size - 1)).copied();
            *sum = features.iter().map(|&f| i32::from(at(f).unwrap_or_default())).sum();
        }
        let count = u32::try_from(features.len()).unwrap_or(u32::MAX).max(1);
        let norm = f64::from(count).sqrt();
        let parts = self.scales.iter().zip(&self.biases).zip(sums);
        let heights: Vec<f64> = parts
            .map(|((scale, bias), sum)| (f64::from(sum) * scale / norm + bias) / self.temperature)
            .collect();
        let top = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let shares: Vec<f64> = heights.iter().map(|height| libm::exp(height - top)).collect();
        let total: f64 = shares.iter().sum();
        shares.into_iter().map(move |share| share / total)
    }
}

/// Sentiment and category of headlines.
///
/// # Formula
/// `p = softmax((W·x + b) / T)`, where `x` is 1 / √n at each of the n features of the headline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeadlineModel {
    sentiment: Table,
    category: Table,
    #[serde(skip)]
    lexicon: Lexicon,
}

impl HeadlineModel {
    /// Reads a model.
    ///
    /// # Errors
    /// [`CoreError::Model`] when the bytes are no model, too many, cut, changed or of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CoreError> {
        let fault = |fault| CoreError::Model { fault };
        if bytes.len() > MODEL_BYTES_MAX {
            return Err(fault("there are more than 500 000 bytes"));
        }
        let cut = fault("the bytes are cut short");
        let rest = bytes.strip_prefix(&MAGIC).ok_or(fault("the bytes are no headline model"))?;
        let (&[version, sentiment, category, _], rest) = rest.split_first_chunk().ok_or(cut)?;
        if version != VERSION {
            return Err(fault("the model is of another version"));
        }
        let (sum, body) = rest.split_first_chunk().ok_or(cut)?;
        if u32::from_le_bytes(*sum) != crc32fast::hash(body) {
            return Err(fault("the checksum does not match"));
        }
        let (sentiment, category) = (u32::from(sentiment), u32::from(category));
        if sentiment > HASH_BITS || category > HASH_BITS {
            return Err(fault("a table has more buckets than there are hashes"));
        }
        let mut rest = body;
        let mut floats = [0.0; FLOATS];
        for value in &mut floats {
            let (bytes, after) = rest.split_first_chunk().ok_or(cut)?;
            (*value, rest) = (f64::from_le_bytes(*bytes), after);
        }
        let finite = floats.iter().all(|value| value.is_finite() && value.abs() <= 1e6);
        let (temperatures, floats) = floats.split_at(2);
        if !finite || temperatures.iter().any(|&t| t < 1e-3) {
            return Err(fault("a scale, bias or temperature is out of range"));
        }
        let weights: Vec<i8> = rest.iter().map(|&byte| i8::from_le_bytes([byte])).collect();
        let size = SENTIMENTS << sentiment;
        if weights.len() != size + (CATEGORIES << category) {
            return Err(fault("the number of weights is not that of its tables"));
        }
        let (first, second) = weights.split_at(size);
        let (of_sentiment, of_category) = floats.split_at(2 * SENTIMENTS);
        let table = |bits, temperature: Option<&f64>, floats: &[f64], weights: &[i8]| {
            let (scales, biases) = floats.split_at(floats.len() / 2);
            Table {
                bits,
                temperature: temperature.copied().unwrap_or(1.0),
                scales: scales.to_vec(),
                biases: biases.to_vec(),
                weights: weights.to_vec(),
            }
        };
        Ok(Self {
            sentiment: table(sentiment, temperatures.first(), of_sentiment, first),
            category: table(category, temperatures.get(1), of_category, second),
            lexicon: Lexicon::default(),
        })
    }

    /// The bytes that [`Self::from_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let tables = [&self.sentiment, &self.category];
        let mut body = Vec::new();
        let floats = tables.iter().map(|table| table.temperature);
        let floats =
            floats.chain(tables.iter().flat_map(|t| t.scales.iter().chain(&t.biases)).copied());
        floats.for_each(|value| body.extend_from_slice(&value.to_le_bytes()));
        for table in tables {
            body.extend(table.weights.iter().flat_map(|weight| weight.to_le_bytes()));
        }
        let bits = tables.map(|table| u8::try_from(table.bits).unwrap_or_default());
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&[VERSION, bits[0], bits[1], 0]);
        bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
        debug_assert_eq!(bytes.len(), HEAD);
        bytes.extend_from_slice(&body);
        bytes
    }

    /// Probabilities of negative, neutral and positive; they add up to 1.
    #[must_use]
    pub fn sentiment(&self, text: &str) -> [f64; SENTIMENTS] {
        filled(self.sentiment.scores(&self.features(text)))
    }

    /// Probabilities of `CRITICAL_MACRO`, `HIGH_CRYPTO`, `MEDIUM_TECHNICAL` and `LOW_GENERAL`.
    #[must_use]
    pub fn category(&self, text: &str) -> [f64; CATEGORIES] {
        filled(self.category.scores(&self.features(text)))
    }

    /// The distinct features of a headline, below 2^[`HASH_BITS`], in rising order.
    #[must_use]
    pub fn features(&self, text: &str) -> Vec<u32> {
        features(text, &self.lexicon)
    }

    /// Buckets of the sentiment's and of the category's table.
    #[must_use]
    pub fn buckets(&self) -> (usize, usize) {
        (1 << self.sentiment.bits, 1 << self.category.bits)
    }
}

fn filled<const N: usize>(values: impl Iterator<Item = f64>) -> [f64; N] {
    let mut filled = [0.0; N];
    filled.iter_mut().zip(values).for_each(|(place, value)| *place = value);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A model of 2^4 and 2^2 buckets in which one feature of "surges" speaks for positive.
    fn model() -> HeadlineModel {
        let table = |bits: u32, classes: usize| Table {
            bits,
            temperature: 1.0,
            scales: vec![0.01; classes],
            biases: vec![0.0; classes],
            weights: vec![0; classes << bits],
        };
        HeadlineModel {
            sentiment: table(4, SENTIMENTS),
            category: table(2, CATEGORIES),
            lexicon: Lexicon::default(),
        }
    }

    #[test]
    fn without_weights_everything_is_as_likely() {
        let alike = |scores: &[f64]| scores.iter().all(|s| (s - scores[0]).abs() < 1e-15);
        assert!(alike(&model().sentiment("Bitcoin surges")));
        assert!(alike(&model().category("")));
    }

    #[test]
    fn a_weight_counts_by_its_scale_and_the_number_of_features() {
        let mut model = model();
        model.sentiment.weights[2 << 4..].fill(100);
        let count = model.features("Bitcoin surges").len();
        let height = 100.0 * 0.01 * f64::from(u32::try_from(count).unwrap_or_default()).sqrt();
        let [negative, neutral, positive] = model.sentiment("Bitcoin surges");
        let expected = libm::exp(height);
        assert!((positive / neutral - expected).abs() < 1e-9 * expected);
        assert!((negative + neutral + positive - 1.0).abs() < 1e-12);
    }

    #[test]
    fn bytes_come_back() {
        let bytes = model().to_bytes();
        assert_eq!(HeadlineModel::from_bytes(&bytes), Ok(model()));
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            let read = HeadlineModel::from_bytes(&changed);
            assert!(read.is_err() || place == 7, "byte {place}");
            assert!(HeadlineModel::from_bytes(&bytes[..place]).is_err());
        }
    }
}
