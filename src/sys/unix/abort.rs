//! The end of a program that uses the library wrongly, or of a system that breaks its own promises.

use crate::sys::errno::Errno;

/// Says why on standard error and aborts. Neither allocates nor takes a lock.
pub(crate) fn fatal(why: &str) -> ! {
    end(&["libuv: ", why, "\n"])
}

/// [`fatal`], with the number of the system's error.
pub(crate) fn fatal_error(why: &str, error: Errno) -> ! {
    let mut digits = *b"0000";
    let mut left = error.code().unsigned_abs();
    for digit in digits.iter_mut().rev() {
        *digit += (left % 10) as u8;
        left /= 10;
    }
    let number = std::str::from_utf8(&digits).unwrap_or_default();
    end(&["libuv: ", why, ": error ", number.trim_start_matches('0'), " of the system\n"])
}

fn end(parts: &[&str]) -> ! {
    parts.iter().for_each(|part| say(part));
    // SAFETY: abort may be called at any time.
    unsafe { libc::abort() }
}

/// Writes `part` to standard error, as far as that is there.
pub(crate) fn say(part: &str) {
    // SAFETY: the bytes are valid for their length; whether they arrive changes nothing.
    let _ = unsafe { libc::write(libc::STDERR_FILENO, part.as_ptr().cast(), part.len()) };
}

/// For a call that cannot fail unless it is used wrongly: `result` is a pthread-style errno.
#[allow(dead_code, reason = "the lock functions use it")]
pub(crate) fn must(what: &str, result: libc::c_int) {
    if result != 0 {
        let _ = Errno::from_raw_os(result);
        fatal(what);
    }
}
