//! Blocks or columns in, records out: the state that lives across blocks, chunks and files.

use super::cell::Cell;
use super::columns::Columns;
use super::fault::Fault;
use super::lines::Lines;
use super::rows::{Dropped, Rows};
use super::rules::{Rules, timestamp_ns};
use super::step::{WrongStep, check_step};

/// First rows of a file by which the step of its bars is judged.
const HEAD_ROWS: usize = 100;

/// A row of N cells that passed the checks.
pub trait Record<const N: usize>: Copy {
    /// The names of the cells.
    const COLUMNS: [&'static str; N];
    /// The cell by which a duplicate is known, if it is not empty; None when it is the whole row.
    const KEY: Option<usize>;
    /// The step from row to row, in nanoseconds; a row that is not after the one before is late.
    /// None where rows come as they come.
    const STEP_NS: Option<i64>;

    /// Checks the cells of a row.
    ///
    /// # Errors
    /// The first fault.
    fn read(cells: &[Cell<'_>; N], rules: &Rules) -> Result<Self, Fault>;

    /// Its time, nanoseconds UTC.
    fn time_ns(&self) -> i64;

    /// True when it says that nothing happened, and is not passed on.
    fn is_silent(&self) -> bool;
}

/// Reads records of one kind from any number of files, one after the other.
///
/// Of a CSV file, give [`begin`](Self::begin), blocks to [`push`](Self::push) and
/// [`end`](Self::end), and after each of these call [`fill`](Self::fill) until it is false; of a
/// table, `begin` and its rows. At last, [`finish`](Self::finish).
#[derive(Debug, Clone)]
pub struct Decoder<R, const N: usize> {
    rules: Rules,
    lines: Lines,
    columns: Columns<N>,
    /// True until the first rows of a file were looked at.
    at_head: bool,
    /// Rows taken from the table.
    table_rows: u64,
    /// A row of a table as a key.
    key: Vec<u8>,
    rows: Rows<R>,
}

impl<R: Record<N>, const N: usize> Decoder<R, N> {
    /// A decoder whose chunks have at most so many rows, at least 1.
    #[must_use]
    pub fn new(rules: Rules, chunk_rows: usize) -> Self {
        Self {
            rules,
            lines: Lines::default(),
            columns: Columns::new(&[], 0),
            at_head: false,
            table_rows: 0,
            key: Vec::new(),
            rows: Rows::new(chunk_rows.max(1)),
        }
    }

    /// Begins the next file: a CSV file with these columns of which so many lines were read, or
    /// a table.
    pub fn begin(&mut self, columns: Columns<N>, lines_read: u64) {
        self.columns = columns;
        self.lines.begin(lines_read);
        self.at_head = true;
        self.table_rows = 0;
        self.rows.file += 1;
    }

    /// Takes the next block of the file.
    pub fn push(&mut self, block: &[u8]) {
        self.lines.push(block);
    }

    /// Says that the file has no more blocks.
    pub fn end(&mut self) {
        self.lines.end();
    }

    /// Decodes lines; true when a chunk is full and should be taken, false when a block is needed.
    ///
    /// # Errors
    /// When the bars of the file are not of the length that is needed.
    pub fn fill(&mut self) -> Result<bool, WrongStep> {
        if let Some(step_ns) = R::STEP_NS.filter(|_| self.at_head) {
            let Some(head) = self.lines.head(HEAD_ROWS) else { return Ok(false) };
            check_step(step_ns, head.into_iter().map(|line| self.time_of(line)))?;
            self.at_head = false;
        }
        while !self.rows.is_full() {
            let Some(line) = self.lines.peek() else {
                self.lines.cut_tail();
                return Ok(false);
            };
            let (text, end) = (line.text, line.end());
            if !text.is_empty() {
                let number = line.number;
                match self.decoded(text) {
                    Ok((record, key)) => {
                        if !self.rows.offer(number, &record, key) {
                            return Ok(true);
                        }
                    }
                    Err(fault) => self.rows.reject(self.rows.place(number), fault),
                }
            }
            self.lines.go_to(end);
        }
        Ok(true)
    }

    /// The record in a line, and the key by which a duplicate of it is known.
    #[inline]
    fn decoded<'a>(&self, text: &'a [u8]) -> Result<(R, &'a [u8]), Fault> {
        self.lines.check(text)?;
        let fields = self.columns.split(text)?;
        let record = R::read(&fields.map(Cell::Text), &self.rules)?;
        let key = R::KEY.map_or(Some(text), |cell| fields.get(cell).copied());
        Ok((record, key.unwrap_or_default()))
    }

    /// Takes the next row of a table; false when the chunk is full, and the row must be offered
    /// again after it was taken.
    pub fn offer(&mut self, cells: &[Cell<'_>; N]) -> bool {
        if self.rows.is_full() {
            return false;
        }
        let number = self.table_rows + 1;
        match R::read(cells, &self.rules) {
            Ok(record) => {
                self.key.clear();
                match R::KEY {
                    Some(cell) => self.key.extend(cells.get(cell).map_or(&b""[..], Cell::text)),
                    None => cells.iter().for_each(|cell| cell.append_to(&mut self.key)),
                }
                if !self.rows.offer(number, &record, &self.key) {
                    return false;
                }
            }
            Err(fault) => self.rows.reject(self.rows.place(number), fault),
        }
        self.table_rows = number;
        true
    }

    /// Judges the step of a table by the times of its first rows; only the first call after
    /// [`begin`](Self::begin) looks at them.
    ///
    /// # Errors
    /// When the bars of the table are not of the length that is needed.
    pub fn check_head<'a>(
        &mut self,
        times: impl Iterator<Item = Cell<'a>>,
    ) -> Result<(), WrongStep> {
        if let Some(step_ns) = R::STEP_NS.filter(|_| self.at_head) {
            let times = times.take(HEAD_ROWS).map(|cell| timestamp_ns("", &cell).ok());
            check_step(step_ns, times)?;
            self.at_head = false;
        }
        Ok(())
    }

    fn time_of(&self, line: &[u8]) -> Option<i64> {
        self.lines.check(line).ok()?;
        let fields = self.columns.split(line).ok()?;
        timestamp_ns("", &Cell::Text(fields.first()?)).ok()
    }

    /// Says that no file follows: a row that still waits is a bad one.
    pub fn finish(&mut self) {
        self.rows.judge(None);
    }

    /// The records decoded since they were taken last.
    #[must_use]
    pub fn rows(&self) -> &[R] {
        &self.rows.chunk
    }

    /// The rows dropped since they were taken last.
    #[must_use]
    pub fn dropped(&self) -> &Dropped {
        &self.rows.dropped
    }

    /// Forgets what was taken.
    pub fn clear(&mut self) {
        self.rows.chunk.clear();
        self.rows.dropped = Dropped::default();
    }
}
