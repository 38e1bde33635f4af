//! Where the wanted columns of a CSV file are.

use super::fault::{Allowed, Fault};

/// The places of N columns among those of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns<const N: usize> {
    /// For each column of the file, which of the N it is; a larger number where it is none.
    order: Vec<usize>,
}

impl<const N: usize> Columns<N> {
    /// Columns of a file that has `width`, at these places, each below `width`; a file may lack
    /// the last ones.
    #[must_use]
    pub fn new(places: &[usize], width: usize) -> Self {
        let mut order = vec![usize::MAX; width];
        for (column, &place) in places.iter().enumerate() {
            if let Some(slot) = order.get_mut(place) {
                *slot = column;
            }
        }
        Self { order }
    }

    /// The fields of a line; empty where the file lacks the column.
    ///
    /// # Errors
    /// When the line has another number of columns than the file.
    #[inline]
    pub fn split<'a>(&self, line: &'a [u8]) -> Result<[&'a [u8]; N], Fault> {
        let mut found: [&[u8]; N] = [b""; N];
        let mut fields = line.split(|&byte| byte == b',');
        for &column in &self.order {
            let Some(field) = fields.next() else { return Err(self.wrong_width(line)) };
            if let Some(slot) = found.get_mut(column) {
                *slot = field;
            }
        }
        if fields.next().is_some() {
            return Err(self.wrong_width(line));
        }
        Ok(found)
    }

    #[cold]
    fn wrong_width(&self, line: &[u8]) -> Fault {
        let width = line.split(|&byte| byte == b',').count();
        let allowed = Allowed::Width(self.order.len());
        Fault::new("the number of columns", width.to_string().as_bytes(), allowed)
    }
}
