//! Folders and files that concern this process.

use std::mem::MaybeUninit;

use crate::core::memory::out_text::OutText;
use crate::sys::environ::Environment;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{folder, identity, temporary, users};

/// Without the slash at its end, if it has more than that.
fn trim_slash(path: &[u8]) -> &[u8] {
    match path {
        [start @ .., b'/'] if !start.is_empty() => start,
        _ => path,
    }
}

pub(crate) fn cwd(mut out: OutText) -> UvResult {
    // A path of any length is tried in the program's buffer first.
    match folder::current(out.memory()).map(|path| trim_slash(path).len()) {
        Err(Errno::ERANGE) => {}
        Err(error) => return Err(error),
        Ok(len) => {
            out.end(len);
            return Ok(());
        }
    }
    let mut path = [MaybeUninit::uninit(); libc::PATH_MAX as usize + 1];
    out.write(trim_slash(folder::current(&mut path)?))
}

/// Cuts a path that does not fit.
pub(crate) fn exepath(mut out: OutText) -> UvResult {
    let len = match out.memory().split_last_mut() {
        Some((_, room)) => folder::program(room)?,
        None => 0,
    };
    out.end(len);
    Ok(())
}

pub(crate) fn homedir(environment: &Environment, out: OutText) -> UvResult {
    match environment.get(c"HOME") {
        Some(home) => out.write_text(home),
        None => users::with_user(identity::effective_user(), |user| out.write(user.home)),
    }
}

pub(crate) fn tmpdir(environment: &Environment, out: OutText) -> UvResult {
    let path = [c"TMPDIR", c"TMP", c"TEMP", c"TEMPDIR"].iter().find_map(|name| environment.get(name));
    let path = path.unwrap_or(temporary::FOLDER).to_bytes();
    // As in libuv the slash must fit, although it is left out.
    let fits = out.fits(path);
    out.write(if fits { trim_slash(path) } else { path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_root_keeps_its_slash() {
        assert_eq!(trim_slash(b"/"), b"/");
        assert_eq!(trim_slash(b"/tmp/"), b"/tmp");
        assert_eq!(trim_slash(b"/tmp"), b"/tmp");
        assert_eq!(trim_slash(b""), b"");
    }
}
