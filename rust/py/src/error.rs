//! The one bridge from core errors to the Python exceptions of `supreme_system_v5.errors`.

use pyo3::prelude::*;
use supreme_core::{AtIndex, CoreError};

pyo3::import_exception!(supreme_system_v5.errors, DataError);
pyo3::import_exception!(supreme_system_v5.errors, InvalidInputError);
pyo3::import_exception!(supreme_system_v5.errors, InvalidTypeError);
pyo3::import_exception!(supreme_system_v5.errors, StateError);

/// Turns a refused value into an exception.
#[cold]
pub(crate) fn refused(error: CoreError) -> PyErr {
    raise(error, None)
}

/// Turns a refused array element into an exception that knows its position.
#[cold]
pub(crate) fn refused_at(error: AtIndex) -> PyErr {
    raise(error.error, Some(error.index))
}

fn raise(error: CoreError, index: Option<usize>) -> PyErr {
    let name = error.name();
    let bound = error.bound();
    let message = match index {
        Some(index) => format!("{error} (at index {index})"),
        None => error.to_string(),
    };
    match error {
        CoreError::State { .. } => StateError::new_err((message, name, None::<f64>, bound)),
        CoreError::Number { value, .. } | CoreError::OffGrid { value, .. } => {
            InvalidInputError::new_err((message, name, value, bound, index))
        }
        CoreError::Integer { value, .. }
        | CoreError::Choice { value, .. }
        | CoreError::NotBelow { value, .. }
        | CoreError::TooFarAhead { value, .. } => {
            InvalidInputError::new_err((message, name, value, bound, index))
        }
        CoreError::Length { value, .. } => {
            InvalidInputError::new_err((message, name, value, bound, index))
        }
        _ => InvalidInputError::new_err((message, name, None::<f64>, bound, index)),
    }
}

/// A value of the wrong type.
#[cold]
pub(crate) fn wrong_type(name: &str, wanted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let found = value.get_type().qualname().map_or_else(|_| "?".into(), |n| n.to_string());
    InvalidTypeError::new_err(format!("{name} must be {wanted}, got {found}"))
}

/// A value that fits no number type or no known name.
#[cold]
pub(crate) fn not_allowed(name: &str, bound: &str, value: &Bound<'_, PyAny>) -> PyErr {
    let shown = value.repr().map_or_else(|_| "?".into(), |text| text.to_string());
    let message = format!("{name} must be {bound}, got {shown}");
    InvalidInputError::new_err((message, name.to_owned(), value.clone().unbind(), bound.to_owned()))
}
