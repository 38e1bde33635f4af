//! Mean and spread of a full window, in two passes: exact on flat markets, nothing drifts.

/// The mean of the window and the sum of squared distances from it, oldest value first.
pub(super) fn moments<'a>(window: impl Iterator<Item = &'a f64> + Clone, n: f64) -> (f64, f64) {
    let mean = window.clone().fold(0.0, |sum, x| sum + x) / n;
    let squares = window.fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
    (mean, squares)
}
