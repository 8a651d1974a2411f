//! The names that a compiler at run time gave to its functions, as it writes them for `perf`: `/tmp/perf-PID.map`
//! has a line for each, `7f3c08 1c name`; a later one may have taken an earlier one's place.

use std::fmt::Write;
use std::os::fd::AsRawFd;

use crate::sys::fd;
use crate::sys::identity;
use crate::sys::symbols::elf::Stat;
use crate::sys::symbols::mangled::Text;
use crate::sys::symbols::maps::{hexadecimal, lines, terminated};

/// The name of the function at `address`, in `room`, and how far into it that is.
pub(super) fn function_at(address: usize, room: &mut [u8]) -> Option<(&[u8], usize)> {
    let mut path = [0; 64];
    let mut text = Text::new(&mut path);
    write!(text, "/tmp/perf-{}.map", identity::process()).ok()?;
    let mut terminator = [0; 64];
    let path = terminated(text.as_str().as_bytes(), &mut terminator)?;
    let file = fd::open(path, libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOFOLLOW | libc::O_NOCTTY).ok()?;
    let stat = Stat::of(file.as_raw_fd())?;
    // Anybody may make files there.
    if !stat.is_regular || stat.owner != identity::effective_user() {
        return None;
    }
    find(file.as_raw_fd(), address, room)
}

fn find(file: libc::c_int, address: usize, room: &mut [u8]) -> Option<(&[u8], usize)> {
    let mut found = None;
    lines(file, &mut |line| {
        if let Some((name, offset)) = entry(line, address) {
            let len = name.len().min(room.len());
            if let (Some(place), Some(name)) = (room.get_mut(..len), name.get(..len)) {
                place.copy_from_slice(name);
                found = Some((len, offset));
            }
        }
        true
    });
    let (len, offset) = found?;
    Some((room.get(..len)?, offset))
}

/// The name in a line about `address`, and how far into the function that is.
fn entry(line: &[u8], address: usize) -> Option<(&[u8], usize)> {
    let mut words = line.splitn(3, |byte| *byte == b' ');
    let start = usize::try_from(hexadecimal(words.next()?)?).ok()?;
    let size = usize::try_from(hexadecimal(words.next()?)?).ok()?;
    let offset = address.checked_sub(start)?;
    (offset < size).then_some((words.next()?, offset))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::*;

    #[test]
    fn the_last_line_about_an_address_counts() {
        let [reader, writer] = fd::owned_pipe(0).unwrap();
        let mut writer = fs::File::from(writer);
        write!(writer, "1000 20 old\n1010 10 LazyCompile:~handler /srv/app.js:3:7\nx y z\n2000 10\n1000\n")
            .unwrap();
        drop(writer);
        let mut room = [0; 64];
        let found = find(reader.as_raw_fd(), 0x1014, &mut room);
        assert_eq!(found, Some((&b"LazyCompile:~handler /srv/app.js:3:7"[..], 4)));
    }

    #[test]
    fn only_the_processs_own_file_is_read() {
        let path = format!("/tmp/perf-{}.map", std::process::id());
        let mut room = [0; 64];
        fs::write(&path, "5000 100 made_up\n").unwrap();
        assert_eq!(function_at(0x5001, &mut room), Some((&b"made_up"[..], 1)));
        assert_eq!(function_at(0x5100, &mut room), None);
        fs::rename(&path, format!("{path}.moved")).unwrap();
        std::os::unix::fs::symlink(format!("{path}.moved"), &path).unwrap();
        assert_eq!(function_at(0x5001, &mut room), None);
        fs::remove_file(&path).unwrap();
        fs::remove_file(format!("{path}.moved")).unwrap();
        assert_eq!(function_at(0x5001, &mut room), None);
    }
}
