//! Making names that are new.

#![forbid(unsafe_code)]

use libc::c_int;

use crate::abi::uv_fs_t;
use crate::core::files::parts::with_template;
use crate::sys::errno::{Errno, UvResult, retry};
use crate::sys::fs::path;

/// What the system replaces at the end of a template.
const BLANKS: &[u8] = b"XXXXXX\0";

pub(super) fn mkdtemp(request: &uv_fs_t) -> UvResult {
    with_template(request, |template| make(template, path::mkdtemp))
}

/// Makes a temporary file and returns its descriptor, the program's from here on. If that fails the
/// template becomes empty.
pub(super) fn mkstemp(request: &uv_fs_t) -> UvResult<c_int> {
    with_template(request, |template| {
        let made = make(template, path::mkstemp);
        match template.first_mut() {
            Some(first) if made.is_err() => *first = 0,
            _ => {}
        }
        Ok(made?.into_raw())
    })
}

/// Has a name made of the template, which ends with blanks. Where a signal interrupts that, the next attempt begins with
/// the template as it was: the system may have filled it in.
fn make<T>(template: &mut [u8], make: impl Fn(&mut [u8]) -> UvResult<T>) -> UvResult<T> {
    if !template.ends_with(BLANKS) {
        return Err(Errno::EINVAL);
    }
    retry(|| {
        if let Some((_, blanks)) = template.split_last_chunk_mut::<{ BLANKS.len() }>() {
            blanks.copy_from_slice(BLANKS);
        }
        make(template)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_signal_leaves_the_template_as_it_was() {
        let mut text = *b"nameXXXXXX\0";
        let attempts = Cell::new(0);
        let made = make(&mut text, |template| {
            assert_eq!(template, b"nameXXXXXX\0");
            template[4..10].fill(b'0' + attempts.get());
            attempts.set(attempts.get() + 1);
            if attempts.get() < 3 { Err(Errno::EINTR) } else { Ok(()) }
        });
        assert_eq!((made, &text), (Ok(()), b"name222222\0"));
        assert_eq!(make(&mut text, |_| Ok(())), Err(Errno::EINVAL));
    }
}
