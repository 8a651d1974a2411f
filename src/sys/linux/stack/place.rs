//! Where the system says that a thread is.

#![forbid(unsafe_code)]

use std::str;

use crate::sys::procfs;
use crate::sys::stack::registers::Registers;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a system call, or asleep otherwise: where it would go on.
    InCall(Registers),
    Running,
}

/// None where the thread has ended, or nobody may know.
pub(super) fn of(tid: libc::pid_t) -> Option<Place> {
    let mut room = [0; 256];
    parse(procfs::read_at(format_args!("/proc/self/task/{tid}/syscall"), &mut room).ok()?)
}

/// `running`, or `230 0x1 0x0 0x7ffd 0x0 0x0 0x0 0x7ffd5c10 0x7f21aa40`: last are the stack's end and the place.
fn parse(line: &[u8]) -> Option<Place> {
    let line = line.trim_ascii();
    if line == b"running" {
        return Some(Place::Running);
    }
    let mut words = line.rsplit(|byte| *byte == b' ');
    let mut number =
        || usize::from_str_radix(str::from_utf8(words.next()?.strip_prefix(b"0x")?).ok()?, 16).ok();
    let (pc, sp) = (number()?, number()?);
    Some(Place::InCall(Registers { pc, sp, fp: None, link: None }))
}

/// Whether a thread keeps a signal away.
pub(super) fn is_blocked(tid: libc::pid_t, signum: libc::c_int) -> Option<bool> {
    let mut room = [0; 4096];
    let text = procfs::read_at(format_args!("/proc/self/task/{tid}/status"), &mut room).ok()?;
    has_in_mask(text, signum)
}

fn has_in_mask(status: &[u8], signum: libc::c_int) -> Option<bool> {
    let line = procfs::lines(status).find_map(|line| line.strip_prefix(b"SigBlk:"))?;
    let mask = u64::from_str_radix(str::from_utf8(line).ok()?.trim_ascii().get(..16)?, 16).ok()?;
    Some(mask >> (signum - 1) & 1 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_system_are_understood() {
        assert_eq!(parse(b"running\n"), Some(Place::Running));
        let sleeps = Place::InCall(Registers { pc: 0x7f21aa40, sp: 0x7ffd5c10, fp: None, link: None });
        assert_eq!(parse(b"230 0x1 0x0 0x7ffd 0x0 0x0 0x0 0x7ffd5c10 0x7f21aa40\n"), Some(sleeps));
        assert_eq!(parse(b"-1 0x7ffd5c10 0x7f21aa40\n"), Some(sleeps));
        for other in ["", "0x1", "-1 0x1", "-1 1 2", "sleeping"] {
            assert_eq!(parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn a_mask_has_a_bit_a_signal() {
        let status =
            b"Name:\tx\nSigPnd:\t0000000000000000\nSigBlk:\t0000000000400000\nSigIgn:\t0000000000000001\n";
        assert_eq!(has_in_mask(status, 23), Some(true));
        assert_eq!(has_in_mask(status, 22), Some(false));
        assert_eq!(has_in_mask(b"Name:\tx\n", 23), None);
    }
}
