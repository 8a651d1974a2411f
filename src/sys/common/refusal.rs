//! Why something that was asked for is not there, for the one line that says so.

use crate::sys::errno::{Errno, UvResult};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) what: &'static str,
    pub(crate) why: Errno,
}

/// Says at which step an error happened.
pub(crate) trait At<T> {
    fn at(self, what: &'static str) -> Result<T, Refusal>;
}

impl<T> At<T> for UvResult<T> {
    fn at(self, what: &'static str) -> Result<T, Refusal> {
        self.map_err(|why| Refusal { what, why })
    }
}
