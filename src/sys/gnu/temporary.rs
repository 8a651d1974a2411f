//! Where temporary files go.

use std::ffi::CStr;

/// Unless the environment says otherwise.
pub(crate) const FOLDER: &CStr = c"/tmp";
