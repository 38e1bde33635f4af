//! Bindings of the headline model and of patterns in headlines.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use supreme_core::CoreError;
use supreme_core::news::{HeadlineModel, HeadlinePatterns};

use crate::convert;
use crate::error::{refused, refused_at, wrong_type};
use crate::methods::Saved;

/// A hashed linear model of headlines: how likely each sentiment and each category is.
///
/// Hashed stems and pairs of words, weights of one byte, a softmax with a calibrated temperature;
/// docs/news.md, "The model". A call takes some microseconds and keeps nothing; only the first 96 words
/// are read. About 500 KB of memory.
///
/// Args:
///     model: Bytes that scripts/train_news.py wrote, at most 500 000.
///
/// Raises:
///     InvalidInputError: The bytes are no model, cut, changed, or of another version.
///     InvalidTypeError: `model` is not bytes, or a headline is not a str.
///
/// Example:
///     >>> from supreme_system_v5.news_whale.model import read_model
///     >>> from supreme_system_v5.optimized import HeadlineModel
///     >>> model = HeadlineModel(read_model())
///     >>> negative, neutral, positive = model.scores("Bitcoin plunges 20% as panic spreads")
///     >>> negative > 0.8
///     True
#[pyclass(name = "HeadlineModel", module = "supreme_system_v5.optimized.news")]
pub(crate) struct PyHeadlineModel {
    inner: HeadlineModel,
}

impl Saved for PyHeadlineModel {
    const KIND: &'static str = "HeadlineModel";
    type Inner = HeadlineModel;

    fn inner(&self) -> &HeadlineModel {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, [PyBytes::new(py, &self.inner.to_bytes())])
    }

    fn restored(&self, state: HeadlineModel) -> PyResult<HeadlineModel> {
        let fault = "the model in them is damaged";
        let damaged = |_| refused(CoreError::State { kind: Self::KIND, fault });
        HeadlineModel::from_bytes(&state.to_bytes()).map_err(damaged)
    }
}

#[pymethods]
impl PyHeadlineModel {
    #[new]
    #[pyo3(signature = (model))]
    fn py_new(model: &Bound<'_, PyAny>) -> PyResult<Self> {
        let bytes = convert::bytes("model", model)?;
        let inner = HeadlineModel::from_bytes(bytes.as_bytes()).map_err(refused)?;
        Ok(Self { inner })
    }

    /// Return the probabilities of negative, neutral and positive; they add up to 1.
    #[pyo3(signature = (text, /))]
    fn scores(&self, text: &Bound<'_, PyAny>) -> PyResult<(f64, f64, f64)> {
        let text = convert::text("text", text)?;
        let [negative, neutral, positive] = self.inner.sentiment(&text);
        Ok((negative, neutral, positive))
    }

    /// Return the probabilities of critical, high, medium and low; they add up to 1.
    #[pyo3(signature = (text, /))]
    fn category_scores(&self, text: &Bound<'_, PyAny>) -> PyResult<(f64, f64, f64, f64)> {
        let text = convert::text("text", text)?;
        let [critical, high, medium, low] = self.inner.category(&text);
        Ok((critical, high, medium, low))
    }

    /// Return the distinct features of a headline, rising; each has 20 bits.
    #[pyo3(signature = (text, /))]
    fn features(&self, text: &Bound<'_, PyAny>) -> PyResult<Vec<u32>> {
        Ok(self.inner.features(&convert::text("text", text)?))
    }

    /// Buckets of the sentiment's table and of the category's, powers of two.
    #[getter]
    fn buckets(&self) -> (usize, usize) {
        self.inner.buckets()
    }

    fn __repr__(&self) -> String {
        let (sentiment, category) = self.inner.buckets();
        format!("HeadlineModel(<{sentiment} and {category} buckets>)")
    }
}

saved_methods!(PyHeadlineModel);

/// Patterns that are looked for in headlines, all in one call.
///
/// Regular expressions over ASCII without look-around and back references: a text is read in small
/// letters, and each sign outside of ASCII counts as one that is no letter, digit or blank, as with
/// `re.ASCII`. A call takes some microseconds and keeps nothing.
///
/// Args:
///     patterns: Pairs `(wanted, unless)`; one holds where `wanted` is found and `unless` is not.
///         `unless` may be None. Each at most 20 000 characters.
///
/// Raises:
///     InvalidInputError: One is no such expression, or too large.
///     InvalidTypeError: `patterns` is no sequence of such pairs, or a headline is not a str.
///
/// Example:
///     >>> from supreme_system_v5.optimized import HeadlinePatterns
///     >>> patterns = HeadlinePatterns([(r"\bfees? fall", None), (r"\bfees?\b", r"\bno fees\b")])
///     >>> patterns.first("Gas fees fall"), patterns.all("Gas fees fall"), patterns.first("No fees")
///     (0, [0, 1], None)
#[pyclass(name = "HeadlinePatterns", module = "supreme_system_v5.optimized.news")]
pub(crate) struct PyHeadlinePatterns {
    inner: HeadlinePatterns,
}

impl Saved for PyHeadlinePatterns {
    const KIND: &'static str = "HeadlinePatterns";
    type Inner = HeadlinePatterns;

    fn inner(&self) -> &HeadlinePatterns {
        &self.inner
    }

    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        (self.inner.sources().to_vec(),).into_pyobject(py)
    }
}

#[pymethods]
impl PyHeadlinePatterns {
    #[new]
    #[pyo3(signature = (patterns))]
    fn py_new(patterns: &Bound<'_, PyAny>) -> PyResult<Self> {
        let wanted = "a sequence of pairs (str, str or None)";
        let sources = patterns.extract().map_err(|_| wrong_type("patterns", wanted, patterns))?;
        Ok(Self { inner: HeadlinePatterns::new(sources).map_err(refused_at)? })
    }

    /// Return the number of the first pattern that holds, None when none does.
    #[pyo3(signature = (text, /))]
    fn first(&self, text: &Bound<'_, PyAny>) -> PyResult<Option<usize>> {
        Ok(self.inner.first(&convert::text("text", text)?))
    }

    /// Return the numbers of all patterns that hold, rising.
    #[pyo3(signature = (text, /))]
    fn all(&self, text: &Bound<'_, PyAny>) -> PyResult<Vec<usize>> {
        Ok(self.inner.all(&convert::text("text", text)?))
    }

    fn __len__(&self) -> usize {
        self.inner.sources().len()
    }

    fn __repr__(&self) -> String {
        format!("HeadlinePatterns(<{} patterns>)", self.inner.sources().len())
    }
}

saved_methods!(PyHeadlinePatterns);
