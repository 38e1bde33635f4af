//! Columns of a table as rows of cells for the decoders.

use std::iter;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use supreme_core::CoreError;
use supreme_core::market_data::{Cell, Decoder, Record};
use supreme_core::numbers::integer_within;

use crate::arrays::Array;
use crate::convert::{self, Arg};
use crate::error::{DataError, refused, wrong_type};

/// One column of a table.
enum Column<'py> {
    Floats(Array<f64>),
    Integers(Array<i64>),
    /// Where each text begins, and at last where the last one ends; the first begins where the
    /// bytes do.
    Texts(Array<i64>, Bound<'py, PyBytes>),
    Missing,
}

impl<'py> Column<'py> {
    fn new(name: &'static str, value: &Bound<'py, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Self::Missing);
        }
        if let Ok(texts) = value.cast::<PyTuple>() {
            let (2, Ok(data)) = (texts.len(), texts.get_item(1)) else {
                return Err(wrong_type(name, "a pair of offsets and bytes", value));
            };
            let data = convert::bytes(name, &data)?.clone();
            return Ok(Self::Texts(Array::new(name, &texts.get_item(0)?)?, data));
        }
        match Array::new(name, value) {
            Ok(integers) => Ok(Self::Integers(integers)),
            Err(_) => Array::new(name, value).map(Self::Floats),
        }
    }

    fn len(&self) -> Option<usize> {
        match self {
            Self::Floats(array) => Some(array.len()),
            Self::Integers(array) => Some(array.len()),
            Self::Texts(offsets, _) => Some(offsets.len().saturating_sub(1)),
            Self::Missing => None,
        }
    }

    /// Its elements; the smallest integer is none, and what offsets that lead nowhere point to.
    fn cells<'a>(&'a self, py: Python<'a>) -> Box<dyn Iterator<Item = Cell<'a>> + 'a> {
        match self {
            Self::Floats(array) => Box::new(array.iter(py).map(Cell::Float)),
            Self::Integers(array) => Box::new(array.iter(py).map(|value| match value {
                i64::MIN => Cell::Missing,
                value => Cell::Integer(value),
            })),
            Self::Texts(offsets, data) => {
                let (data, first) = (data.as_bytes(), offsets.iter(py).next().unwrap_or(0));
                let place = move |offset: i64| usize::try_from(offset.checked_sub(first)?).ok();
                let ranges = offsets.iter(py).zip(offsets.iter(py).skip(1));
                Box::new(ranges.map(move |(start, end)| {
                    let range = place(start).zip(place(end)).map(|(start, end)| start..end);
                    range.and_then(|range| data.get(range)).map_or(Cell::Missing, Cell::Text)
                }))
            }
            Self::Missing => Box::new(iter::repeat(Cell::Missing)),
        }
    }
}

/// Takes rows from `start` on and returns the position behind the last one taken.
pub(crate) fn offer<R: Record<N>, const N: usize>(
    decoder: &mut Decoder<R, N>,
    values: [&Bound<'_, PyAny>; N],
    start: &Arg<'_, '_>,
) -> PyResult<usize> {
    let [times, ..] = values.as_slice() else { return Ok(0) };
    let py = times.py();
    let mut columns = Vec::with_capacity(N);
    for (name, value) in R::COLUMNS.into_iter().zip(values) {
        columns.push(Column::new(name, value)?);
    }
    let columns: &[Column<'_>; N] = columns.as_slice().try_into()?;
    let [times, ..] = columns.as_slice() else { return Ok(0) };
    let length = times.len().unwrap_or(0);
    for (name, column) in R::COLUMNS.into_iter().zip(columns) {
        if let Some(value) = column.len().filter(|value| *value != length) {
            return Err(refused(CoreError::Length { name, value, expected: length }));
        }
    }
    let (start, end) = (start.integer("start", 0)?, i64::try_from(length)?);
    let start = usize::try_from(integer_within("start", start, 0, end).map_err(refused)?)?;
    let head = decoder.check_head(times.cells(py).take(length));
    head.map_err(|wrong| DataError::new_err(wrong.to_string()))?;
    let mut rows = columns.each_ref().map(|column| column.cells(py).skip(start));
    for index in start..length {
        let cells = rows.each_mut().map(|column| column.next().unwrap_or(Cell::Missing));
        if !decoder.offer(&cells) {
            return Ok(index);
        }
    }
    Ok(length)
}
