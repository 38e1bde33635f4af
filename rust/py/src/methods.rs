//! What every stateful class offers in the same words: copy and pickle.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use serde::Serialize;
use serde::de::DeserializeOwned;
use supreme_core::state;

use crate::convert;
use crate::error::refused;

/// A class around a value of the core that can be saved.
pub(crate) trait Saved {
    /// Name in the saved bytes.
    const KIND: &'static str;
    /// The core's type.
    type Inner: Serialize + DeserializeOwned;

    /// The value.
    fn inner(&self) -> &Self::Inner;

    /// What to pass to the class to build one with the same parameters.
    fn arguments<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>>;

    /// The state as bytes.
    fn save<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = state::save(Self::KIND, self.inner()).map_err(refused)?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Accepts a state that was saved with other parameters, or says why not.
    fn restored(&self, state: Self::Inner) -> PyResult<Self::Inner> {
        Ok(state)
    }

    /// The value that the bytes hold.
    fn load(&self, bytes: &Bound<'_, PyAny>) -> PyResult<Self::Inner> {
        let bytes = convert::bytes("state", bytes)?;
        self.restored(state::load(Self::KIND, bytes.as_bytes()).map_err(refused)?)
    }
}

/// Copy and pickle for a class that implements [`Saved`] and has a field `inner`, whose parameters
/// are part of the state.
macro_rules! saved_methods {
    ($class:ty) => {
        #[pymethods]
        impl $class {
            /// The whole state as bytes, which `__setstate__` restores bit for bit.
            fn __getstate__<'py>(
                &self,
                py: Python<'py>,
            ) -> PyResult<Bound<'py, pyo3::types::PyBytes>> {
                self.save(py)
            }

            /// Restores bytes of `__getstate__`; refuses changed bytes and other versions.
            fn __setstate__(&mut self, state: &Bound<'_, PyAny>) -> PyResult<()> {
                self.inner = self.load(state)?;
                Ok(())
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
                let this = slf.borrow();
                let arguments = this.arguments(slf.py())?;
                (slf.get_type(), arguments, this.save(slf.py())?).into_pyobject(slf.py())
            }

            fn __copy__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                let this = slf.borrow();
                let copy = slf.get_type().call1(this.arguments(slf.py())?)?;
                copy.cast::<Self>()?.borrow_mut().inner = this.inner.clone();
                Ok(copy)
            }

            fn __deepcopy__<'py>(
                slf: &Bound<'py, Self>,
                _memo: &Bound<'py, PyAny>,
            ) -> PyResult<Bound<'py, PyAny>> {
                Self::__copy__(slf)
            }
        }
    };
}

/// `warmup`, `mature` and `reset` of an indicator.
macro_rules! indicator_methods {
    ($class:ty) => {
        #[pymethods]
        impl $class {
            /// Number of inputs until the first value, counting the one that gives it.
            #[getter]
            fn warmup(&self) -> usize {
                self.inner.warmup()
            }

            /// True once as many inputs were seen as the periods ask for.
            #[getter]
            fn mature(&self) -> bool {
                self.inner.mature()
            }

            /// Forget all inputs; the parameters stay.
            fn reset(&mut self) {
                self.inner.reset();
            }
        }

        saved_methods!($class);
    };
}
