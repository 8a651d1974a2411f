//! What the environment asks for.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use crate::core::observe::trace_file::TraceFile;
use crate::sys::errno::Errno;
use crate::sys::identity;
use crate::sys::inspect_socket::Listener;
use crate::sys::lines::Lines;
use crate::sys::refusal::Refusal;
use crate::sys::setting;

/// All that is asked for, and could be had.
pub(super) struct Settings {
    pub(super) watch: Option<Watch>,
    pub(super) inspect: Option<Listener>,
    pub(super) trace: Option<TraceFile>,
}

impl Settings {
    /// What is asked for. A wrong value is told, and stays without effect.
    pub(super) fn read(is_child: bool) -> Settings {
        let inspect = part(c"UV_INSPECT", Listener::open);
        let trace = part(c"UV_TRACE", |value| TraceFile::new(value, is_child));
        Settings { watch: watch(), inspect, trace }
    }
}

/// Whether there is anything to read.
pub(super) fn is_anything_asked() -> bool {
    [c"UV_WATCHDOG", c"UV_INSPECT", c"UV_TRACE"]
        .iter()
        .any(|name| setting::with_trusted(name, |value| value.is_some_and(|value| !value.is_empty())))
}

/// Makes what the value of a variable asks for.
fn part<T>(name: &CStr, make: impl FnOnce(&CStr) -> Result<T, Refusal>) -> Option<T> {
    setting::with_trusted(name, |value| {
        let value = value.filter(|value| !value.is_empty() && *value != c"0")?;
        make(value).map_err(|refusal| tell(name, &refusal)).ok()
    })
}

/// Says that nobody can look.
pub(super) fn tell_no_thread(why: Errno) {
    let (pid, code) = (identity::process(), -why.code());
    Lines::to_stderr().say(format_args!(
        "libuv[{pid}]: no thread can be started (error {code}): UV_WATCHDOG, UV_INSPECT and UV_TRACE have no effect"
    ));
}

/// Says why what a variable asks for is not there.
pub(super) fn tell(name: &CStr, refusal: &Refusal) {
    let pid = identity::process();
    let name = name.to_str().unwrap_or_default();
    let (what, code) = (refusal.what, -refusal.why.code());
    Lines::to_stderr().say(format_args!("libuv[{pid}]: {name} has no effect: {what} (error {code})"));
}

/// `UV_WATCHDOG=MS[:FILE]`
pub(super) struct Watch {
    pub(super) limit_ms: u64,
    pub(super) lines: Lines,
}

const LONGEST_MS: u64 = 24 * 3600 * 1000;

/// The number in front, and the file behind the colon.
fn parse(value: &CStr) -> Option<(u64, Option<&CStr>)> {
    let bytes = value.to_bytes();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number: u64 = std::str::from_utf8(bytes.get(..digits)?).ok()?.parse().ok()?;
    if !(1..=LONGEST_MS).contains(&number) {
        return None;
    }
    match value.to_bytes_with_nul().get(digits..)? {
        [0] => Some((number, None)),
        [b':', path @ ..] if path.len() > 1 => Some((number, Some(CStr::from_bytes_with_nul(path).ok()?))),
        _ => None,
    }
}

/// A wrong value is told, and the watchdog stays off.
fn watch() -> Option<Watch> {
    setting::with_trusted(c"UV_WATCHDOG", |value| {
        let value = value.filter(|value| !value.is_empty() && *value != c"0")?;
        let pid = identity::process();
        let Some((limit_ms, path)) = parse(value) else {
            Lines::to_stderr().say(format_args!(
                "libuv[{pid}]: UV_WATCHDOG is not a number of milliseconds, with or without :FILE behind it: there is no watchdog"
            ));
            return None;
        };
        let lines = match path.map(Lines::to_file) {
            None => Lines::to_stderr(),
            Some(Ok(lines)) => lines,
            Some(Err(error)) => {
                let code = -error.code();
                Lines::to_stderr().say(format_args!(
                    "libuv[{pid}]: UV_WATCHDOG's file cannot be opened (error {code}): there is no watchdog"
                ));
                return None;
            }
        };
        Some(Watch { limit_ms, lines })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_a_number_and_a_file() {
        assert_eq!(parse(c"100"), Some((100, None)));
        assert_eq!(parse(c"5:/tmp/a:b"), Some((5, Some(c"/tmp/a:b"))));
        for wrong in [c"", c"x", c"-1", c"0", c"100ms", c"100:", c":file", c"99999999999", c"1.5"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
