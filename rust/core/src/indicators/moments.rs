//! Mean and spread of a full window, in two passes: exact on flat markets, nothing drifts.

use crate::circular_buffer::CircularBuffer;

/// The mean of the window and the sum of squared distances from it, oldest value first.
pub(super) fn moments(window: &CircularBuffer<f64>, n: f64) -> (f64, f64) {
    let mean = window.iter().fold(0.0, |sum, x| sum + x) / n;
    let squares = window.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    (mean, squares)
}
