//! Programs that run with more rights than whoever started them.

/// Whether this is one, such as one whose file says "set-user-ID".
pub(crate) fn has_more_rights() -> bool {
    // SAFETY: a question of no consequence.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}
