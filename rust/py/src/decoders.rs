//! Binding of the decoders of market files.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use supreme_core::market_data::{
    BarDecoder, BarRow, Columns, Decoder, Dropped, Record, Rules, TradeDecoder, TradeRow,
};
use supreme_core::numbers::integer_within;
use supreme_core::{CoreError, market::Side};

use crate::arrays::Array;
use crate::convert::{self, Arg};
use crate::error::{DataError, refused};
use crate::table;

/// Most rows of a chunk.
const CHUNK_ROWS_MAX: i64 = 1 << 24;
/// Most columns of a file: more commas than this do not fit a line.
const WIDTH_MAX: i64 = (1 << 20) + 1;

/// Counters and the first faults, as (file, line, text).
type Told = (u64, u64, u64, u64, Vec<(usize, u64, String)>);

/// What the decoders were made with.
struct Made {
    price_decimals: Option<i64>,
    size_decimals: Option<i64>,
    chunk_rows: i64,
}

impl Made {
    fn new(
        price_decimals: Option<&Bound<'_, PyAny>>,
        size_decimals: Option<&Bound<'_, PyAny>>,
        chunk_rows: &Arg<'_, '_>,
    ) -> PyResult<Self> {
        let rows = chunk_rows.integer("chunk_rows", 16_384)?;
        let decimals = |name, value: Option<&_>| value.map(|v| convert::integer(name, v));
        Ok(Self {
            price_decimals: decimals("price_decimals", price_decimals).transpose()?,
            size_decimals: decimals("size_decimals", size_decimals).transpose()?,
            chunk_rows: integer_within("chunk_rows", rows, 1, CHUNK_ROWS_MAX).map_err(refused)?,
        })
    }

    fn decoder<R: Record<N>, const N: usize>(&self) -> PyResult<Decoder<R, N>> {
        let rules = Rules::new(self.price_decimals, self.size_decimals).map_err(refused)?;
        Ok(Decoder::new(rules, usize::try_from(self.chunk_rows)?))
    }

    fn shown(&self, name: &str) -> String {
        let decimals = |value: Option<i64>| value.map_or("None".to_owned(), |d| d.to_string());
        format!(
            "{name}(price_decimals={}, size_decimals={}, chunk_rows={})",
            decimals(self.price_decimals),
            decimals(self.size_decimals),
            self.chunk_rows
        )
    }
}

/// The places of the wanted columns in a file of so many.
fn columns<const N: usize>(
    py: Python<'_>,
    places: &Bound<'_, PyAny>,
    width: &Bound<'_, PyAny>,
) -> PyResult<Columns<N>> {
    let width = convert::integer("width", width)?;
    let width = integer_within("width", width, 0, WIDTH_MAX).map_err(refused)?;
    let places = Array::<i64>::new("places", places)?;
    if places.len() > N {
        let value = places.len();
        return Err(refused(CoreError::Length { name: "places", value, expected: N }));
    }
    let checked = places.iter(py).map(|place| {
        let place = integer_within("places", place, 0, width - 1).map_err(refused)?;
        Ok(usize::try_from(place)?)
    });
    Ok(Columns::new(&checked.collect::<PyResult<Vec<_>>>()?, usize::try_from(width)?))
}

fn told(dropped: &Dropped) -> Told {
    let rejected = dropped.rejected.iter();
    let faults = rejected.map(|row| (row.place.file, row.place.line, row.fault.to_string()));
    let Dropped { bad_rows, duplicates, late, backward, .. } = *dropped;
    (bad_rows, duplicates, late, backward, faults.collect())
}

/// A number of each row as the bytes of an array.
fn array<'py, R, const WIDTH: usize>(
    py: Python<'py>,
    rows: &[R],
    number: impl Fn(&R) -> [u8; WIDTH],
) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, rows.len() * WIDTH, |bytes| {
        let (places, _) = bytes.as_chunks_mut();
        for (place, row) in places.iter_mut().zip(rows) {
            *place = number(row);
        }
        Ok(())
    })
}

/// Decodes trades of CSV files and tables, checks them, and drops what was there before.
///
/// One decoder reads any number of files, one after the other, and remembers of them what the next
/// row needs: the last 65 536 ids and a row that waits for its time to be confirmed. Give it what
/// was read, and after each gift call `fill` until it is False, taking what is there whenever it is
/// True. Malformed rows are counted, not raised. About 0.1 µs per row.
///
/// Args:
///     price_decimals: Decimals of the grid that prices must be on, 0 to 12; None is any price
///         from 1e-8 to 2^53 * 1e-8.
///     size_decimals: The same for sizes.
///     chunk_rows: Most rows that are taken at once, 1 to 2^24.
///
/// Raises:
///     InvalidInputError: A value is out of range.
///     InvalidTypeError: A value has the wrong type.
///
/// Example:
///     >>> from array import array
///     >>> from supreme_system_v5.optimized import TradeDecoder
///     >>> decoder = TradeDecoder()
///     >>> decoder.begin([0, 1, 2, 3], 4)
///     >>> decoder.push(b"1735689600000,100.5,2,buy\n1735689601000,100.25,1,bid\n")
///     >>> decoder.end()
///     >>> decoder.fill()
///     False
///     >>> decoder.finish()
///     >>> (prices, sizes, timestamps_ns, sides), dropped = decoder.take()
///     >>> array("d", prices), array("b", sides)
///     (array('d', [100.5]), array('b', [1]))
///     >>> dropped
///     (1, 0, 0, 0, [(0, 2, "side is 'bid', allowed is 'buy' or 'sell'")])
#[pyclass(name = "TradeDecoder", module = "supreme_system_v5.optimized.decoders")]
pub(crate) struct PyTradeDecoder {
    inner: TradeDecoder,
    made: Made,
}

#[pymethods]
impl PyTradeDecoder {
    #[new]
    #[pyo3(
        signature = (price_decimals = None, size_decimals = None, chunk_rows = Arg::Default),
        text_signature = "(price_decimals=None, size_decimals=None, chunk_rows=16384)"
    )]
    fn py_new(
        price_decimals: Option<Bound<'_, PyAny>>,
        size_decimals: Option<Bound<'_, PyAny>>,
        chunk_rows: Arg<'_, '_>,
    ) -> PyResult<Self> {
        let made = Made::new(price_decimals.as_ref(), size_decimals.as_ref(), &chunk_rows)?;
        Ok(Self { inner: made.decoder()?, made })
    }

    /// Take rows of a table; return the position of the first one that found no room.
    ///
    /// Every column is an array of float64 or int64, or texts as a pair of offsets (int64, one more
    /// than there are texts) and the bytes from the first one on; NaN, the smallest integer and an
    /// empty text are no value.
    ///
    /// Args:
    ///     timestamp_ms: Whole milliseconds UTC.
    ///     price: Quote currency.
    ///     size: Base currency.
    ///     side: The taker's: 'buy' or 'sell' as text, 1 or -1 as integer.
    ///     trade_id: Texts; None where the table has none.
    ///     start: Position of the first row to take.
    #[pyo3(
        signature = (timestamp_ms, price, size, side, trade_id, /, start = Arg::Default),
        text_signature = "($self, timestamp_ms, price, size, side, trade_id, /, start=0)"
    )]
    fn offer(
        &mut self,
        timestamp_ms: &Bound<'_, PyAny>,
        price: &Bound<'_, PyAny>,
        size: &Bound<'_, PyAny>,
        side: &Bound<'_, PyAny>,
        trade_id: &Bound<'_, PyAny>,
        start: Arg<'_, '_>,
    ) -> PyResult<usize> {
        table::offer(&mut self.inner, [timestamp_ms, price, size, side, trade_id], &start)
    }

    /// Return prices, sizes, times and sides as bytes of arrays, and what was dropped.
    ///
    /// Returns:
    ///     The bytes of arrays of float64, float64, int64 (nanoseconds UTC) and int8, and a tuple
    ///     of the numbers of malformed rows, duplicates, late and backward rows, and the first
    ///     five faults as (number of the file, of the line, text).
    fn take<'py>(&mut self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Told)> {
        let rows: &[TradeRow] = self.inner.rows();
        let columns = (
            array(py, rows, |row| row.price.to_ne_bytes())?,
            array(py, rows, |row| row.size.to_ne_bytes())?,
            array(py, rows, |row| row.timestamp_ns.to_ne_bytes())?,
            array(py, rows, |row| side(row.side).to_ne_bytes())?,
        );
        let columns = columns.into_pyobject(py)?;
        let dropped = told(self.inner.dropped());
        self.inner.clear();
        Ok((columns, dropped))
    }
}

fn side(side: Side) -> i8 {
    match side {
        Side::Buy => 1,
        Side::Unknown => 0,
        Side::Sell => -1,
    }
}

/// Decodes 1-minute bars of CSV files and tables, checks them, drops repeated and late ones.
///
/// Used like a `TradeDecoder`. A row that equals one of the last 65 536 is a duplicate, one that
/// does not begin after the one before it is late, one without volume is silence: none of them is
/// passed on. About 0.2 µs per row.
///
/// Args:
///     price_decimals: Decimals of the grid that prices must be on, 0 to 12; None is any price
///         from 1e-8 to 2^53 * 1e-8.
///     size_decimals: The same for volumes, which may also be 0.
///     chunk_rows: Most rows that are taken at once, 1 to 2^24.
///
/// Raises:
///     DataError: The first bars of a file are not one minute apart.
///     InvalidInputError: A value is out of range.
///     InvalidTypeError: A value has the wrong type.
///
/// Example:
///     >>> from array import array
///     >>> from supreme_system_v5.optimized import BarDecoder
///     >>> decoder = BarDecoder()
///     >>> decoder.begin([0, 1, 2, 3, 4, 5], 6)
///     >>> decoder.push(b"1735689600000,5,9,4,6,1.5\n1735689660000,6,6,6,6,0\n")
///     >>> decoder.end()
///     >>> decoder.fill()
///     False
///     >>> decoder.finish()
///     >>> (opens, highs, lows, closes, volumes, times), dropped = decoder.take()
///     >>> array("d", lows), array("q", times), dropped
///     (array('d', [4.0]), array('q', [1735689600000000000]), (0, 0, 0, 0, []))
#[pyclass(name = "BarDecoder", module = "supreme_system_v5.optimized.decoders")]
pub(crate) struct PyBarDecoder {
    inner: BarDecoder,
    made: Made,
}

#[pymethods]
impl PyBarDecoder {
    #[new]
    #[pyo3(
        signature = (price_decimals = None, size_decimals = None, chunk_rows = Arg::Default),
        text_signature = "(price_decimals=None, size_decimals=None, chunk_rows=16384)"
    )]
    fn py_new(
        price_decimals: Option<Bound<'_, PyAny>>,
        size_decimals: Option<Bound<'_, PyAny>>,
        chunk_rows: Arg<'_, '_>,
    ) -> PyResult<Self> {
        let made = Made::new(price_decimals.as_ref(), size_decimals.as_ref(), &chunk_rows)?;
        Ok(Self { inner: made.decoder()?, made })
    }

    /// Take rows of a table; return the position of the first one that found no room.
    ///
    /// Columns are as those of `TradeDecoder.offer`.
    ///
    /// Args:
    ///     timestamp_ms: Open time, whole milliseconds UTC.
    ///     open: Quote currency, as high, low and close.
    ///     high: At least open and close.
    ///     low: At most open and close.
    ///     close: The last price.
    ///     volume: Base currency.
    ///     start: Position of the first row to take.
    #[pyo3(
        signature = (timestamp_ms, open, high, low, close, volume, /, start = Arg::Default),
        text_signature = "($self, timestamp_ms, open, high, low, close, volume, /, start=0)"
    )]
    #[allow(clippy::too_many_arguments, reason = "a bar has that many columns")]
    fn offer(
        &mut self,
        timestamp_ms: &Bound<'_, PyAny>,
        open: &Bound<'_, PyAny>,
        high: &Bound<'_, PyAny>,
        low: &Bound<'_, PyAny>,
        close: &Bound<'_, PyAny>,
        volume: &Bound<'_, PyAny>,
        start: Arg<'_, '_>,
    ) -> PyResult<usize> {
        table::offer(&mut self.inner, [timestamp_ms, open, high, low, close, volume], &start)
    }

    /// Return prices, volumes and times as bytes of arrays, and what was dropped.
    ///
    /// Returns:
    ///     As `TradeDecoder.take`: opens, highs, lows, closes and volumes as float64, open times
    ///     as int64.
    fn take<'py>(&mut self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Told)> {
        let rows: &[BarRow] = self.inner.rows();
        let columns = (
            array(py, rows, |row| row.open.to_ne_bytes())?,
            array(py, rows, |row| row.high.to_ne_bytes())?,
            array(py, rows, |row| row.low.to_ne_bytes())?,
            array(py, rows, |row| row.close.to_ne_bytes())?,
            array(py, rows, |row| row.volume.to_ne_bytes())?,
            array(py, rows, |row| row.timestamp_ns.to_ne_bytes())?,
        );
        let columns = columns.into_pyobject(py)?;
        let dropped = told(self.inner.dropped());
        self.inner.clear();
        Ok((columns, dropped))
    }
}

/// What both decoders do in the same way.
macro_rules! decoder_methods {
    ($class:ty, $name:literal) => {
        #[pymethods]
        impl $class {
            /// Begin the next file: a CSV file, or by default a table.
            ///
            /// Args:
            ///     places: Where the wanted columns are among those of the file, from 0.
            ///     width: Number of columns in the file.
            ///     lines_read: Lines before the first block, the header for one.
            #[pyo3(
                        signature = (places = None, width = None, lines_read = Arg::Default),
                        text_signature = "($self, places=(), width=0, lines_read=0)"
                    )]
            fn begin<'py>(
                &mut self,
                py: Python<'py>,
                places: Option<Bound<'py, PyAny>>,
                width: Option<Bound<'py, PyAny>>,
                lines_read: Arg<'_, 'py>,
            ) -> PyResult<()> {
                let places = places.unwrap_or_else(|| PyTuple::empty(py).into_any());
                let width =
                    width.map_or_else(|| Ok(0_i64.into_pyobject(py)?.into_any()), PyResult::Ok)?;
                let lines_read = lines_read.integer("lines_read", 0)?;
                let lines_read = integer_within("lines_read", lines_read, 0, i64::MAX);
                let lines_read = u64::try_from(lines_read.map_err(refused)?)?;
                self.inner.begin(columns(py, &places, &width)?, lines_read);
                Ok(())
            }

            /// Take the next block of the file.
            #[pyo3(signature = (block, /))]
            fn push(&mut self, block: &Bound<'_, PyAny>) -> PyResult<()> {
                self.inner.push(convert::bytes("block", block)?.as_bytes());
                Ok(())
            }

            /// Say that the file has no more blocks, so that a last line without end is one.
            fn end(&mut self) {
                self.inner.end();
            }

            /// Decode lines; return True when a chunk is full, False when a block is needed.
            fn fill(&mut self) -> PyResult<bool> {
                self.inner.fill().map_err(|wrong| DataError::new_err(wrong.to_string()))
            }

            /// Say that no file follows: a row that waits for the next one is a malformed one.
            fn finish(&mut self) {
                self.inner.finish();
            }

            /// Number of malformed rows since the last chunk was taken.
            #[getter]
            fn bad_rows(&self) -> u64 {
                self.inner.dropped().bad_rows
            }

            fn __repr__(&self) -> String {
                self.made.shown($name)
            }
        }
    };
}

decoder_methods!(PyTradeDecoder, "TradeDecoder");
decoder_methods!(PyBarDecoder, "BarDecoder");
