//! Which part of which file the system has mapped at an address.

use std::ffi::CStr;
use std::os::fd::AsRawFd;
use std::str;

use crate::sys::fd;

/// Memory with code in it.
#[derive(Clone, Copy)]
pub(super) struct Mapping<'a> {
    pub(super) id: Id,
    /// As the system writes it: also `[vdso]`, or with ` (deleted)` behind it; empty where there is none.
    name: &'a [u8],
}

/// What makes a mapping another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Id {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Where in the file it begins.
    pub(super) offset: u64,
    /// As in `makedev`, not packed.
    pub(super) device: (u32, u32),
    pub(super) inode: u64,
}

impl Id {
    pub(super) const NONE: Id = Id { start: 0, end: 0, offset: 0, device: (0, 0), inode: 0 };
}

impl<'a> Mapping<'a> {
    /// A line of `/proc/self/maps`, if it is about code: `55d0-55d8 r-xp 00001000 fe:01 1234    /usr/bin/env`.
    fn parse(line: &'a [u8]) -> Option<Mapping<'a>> {
        let (range, rest) = word(line)?;
        let (rights, rest) = word(rest)?;
        let (offset, rest) = word(rest)?;
        let (device, rest) = word(rest)?;
        let (inode, rest) = word(rest)?;
        let (start, end) = pair(range, b'-')?;
        let (major, minor) = pair(device, b':')?;
        if rights.get(2) != Some(&b'x') {
            return None;
        }
        let id = Id {
            start: usize::try_from(start).ok()?,
            end: usize::try_from(end).ok()?,
            offset: hexadecimal(offset)?,
            device: (u32::try_from(major).ok()?, u32::try_from(minor).ok()?),
            inode: str::from_utf8(inode).ok()?.parse().ok()?,
        };
        (id.start < id.end).then_some(Mapping { id, name: rest.trim_ascii_start() })
    }

    /// Whether what is there came from a file.
    pub(super) fn is_file(&self) -> bool {
        self.name.first() == Some(&b'/')
    }

    /// Whether it is the kernel's: `[vdso]`, and not `[heap]`, `[stack]` or `[anon:name]`.
    pub(super) fn is_kernels(&self) -> bool {
        self.name.starts_with(b"[v")
    }

    /// The file's path. If it was removed, what is there now may be another one.
    pub(super) fn path(&self) -> &'a [u8] {
        self.name.strip_suffix(b" (deleted)").unwrap_or(self.name)
    }

    /// The last part of the path.
    pub(super) fn module(&self) -> &'a str {
        let name = self.path().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        str::from_utf8(name).unwrap_or_default()
    }

    pub(super) fn offset_of(&self, address: usize) -> usize {
        usize::try_from(self.file_offset_of(address)).unwrap_or(usize::MAX)
    }

    pub(super) fn file_offset_of(&self, address: usize) -> u64 {
        self.id.offset.saturating_add(address.saturating_sub(self.id.start) as u64)
    }
}

/// Has `tell` look at the mapping of the code at `address`; nothing if there is none, or nobody who knows.
pub(super) fn with(address: usize, tell: &mut dyn FnMut(&Mapping<'_>)) -> Option<()> {
    let mut found = None;
    each(&mut |mapping| {
        let here = (mapping.id.start..mapping.id.end).contains(&address);
        if here {
            tell(mapping);
            found = Some(());
        }
        // They come in the order of their addresses.
        !here && mapping.id.start <= address
    });
    found
}

/// Has `tell` look at the mappings of code, for as long as it wants more.
pub(super) fn each(tell: &mut dyn FnMut(&Mapping<'_>) -> bool) -> Option<()> {
    let file = fd::open(c"/proc/self/maps", libc::O_RDONLY).ok()?;
    lines(file.as_raw_fd(), &mut |line| Mapping::parse(line).is_none_or(|mapping| tell(&mapping)));
    Some(())
}

/// Where the mapping around `address` ends, with code in it or not.
pub(super) fn end_around(address: usize) -> Option<usize> {
    let file = fd::open(c"/proc/self/maps", libc::O_RDONLY).ok()?;
    let mut found = None;
    lines(file.as_raw_fd(), &mut |line| {
        let range = word(line).and_then(|(range, _)| pair(range, b'-'));
        let Some((start, end)) = range else { return true };
        let (start, end) = (usize::try_from(start).unwrap_or(0), usize::try_from(end).unwrap_or(usize::MAX));
        if (start..end).contains(&address) {
            found = Some(end);
        }
        found.is_none() && start <= address
    });
    found
}

/// Has `tell` look at the lines of a file, for as long as it wants more. Those that are too long are left out.
pub(super) fn lines(file: libc::c_int, tell: &mut dyn FnMut(&[u8]) -> bool) {
    // The system gives whole lines, of which none is longer than a path and a little.
    let mut room = [0_u8; libc::PATH_MAX as usize + 512];
    let (mut held, mut is_cut) = (0, false);
    loop {
        let Some(free) = room.get_mut(held..) else { return };
        let Ok(more @ 1..) = fd::read_bytes(file, free) else { return };
        let full = held.saturating_add(more);
        let mut rest = room.get(..full).unwrap_or_default();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, after) = rest.split_at_checked(end).unwrap_or_default();
            if !is_cut && !tell(line) {
                return;
            }
            is_cut = false;
            rest = after.get(1..).unwrap_or_default();
        }
        held = rest.len();
        if held == room.len() {
            (held, is_cut) = (0, true);
        } else {
            let end = full.min(room.len());
            room.copy_within(full.saturating_sub(held)..end, 0);
        }
    }
}

/// A word and what comes behind the blank after it.
fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.trim_ascii_start();
    let end = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then_some((word, rest.get(1..).unwrap_or_default()))
}

/// Two numbers with a sign between them.
fn pair(word: &[u8], sign: u8) -> Option<(u64, u64)> {
    let middle = word.iter().position(|byte| *byte == sign)?;
    Some((hexadecimal(word.get(..middle)?)?, hexadecimal(word.get(middle + 1..)?)?))
}

pub(super) fn hexadecimal(word: &[u8]) -> Option<u64> {
    let digits = word.strip_prefix(b"0x").unwrap_or(word);
    u64::from_str_radix(str::from_utf8(digits).ok()?, 16).ok()
}

/// A path with its NUL, in `room`.
pub(super) fn terminated<'a>(path: &[u8], room: &'a mut [u8]) -> Option<&'a CStr> {
    room.get_mut(..path.len())?.copy_from_slice(path);
    *room.get_mut(path.len())? = 0;
    CStr::from_bytes_until_nul(room).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_line_about_code_is_understood() {
        let line = b"7f00-7fff r-xp 0000a000 fe:01 1234                       /usr/lib/a b.so (deleted)";
        let mapping = Mapping::parse(line).unwrap();
        assert_eq!(
            mapping.id,
            Id { start: 0x7f00, end: 0x7fff, offset: 0xa000, device: (0xfe, 1), inode: 1234 }
        );
        assert_eq!((mapping.module(), mapping.is_file()), ("a b.so", true));
        assert_eq!(mapping.file_offset_of(0x7f10), 0xa010);
        let own = Mapping::parse(b"7f00-7fff r-xp 00000000 00:00 0                  [vdso]").unwrap();
        assert!(own.is_kernels() && !own.is_file());
        let bare = Mapping::parse(b"7f00-7fff rwxp 00000000 00:00 0").unwrap();
        assert!(!bare.is_kernels() && !bare.is_file() && bare.module().is_empty());
    }

    #[test]
    fn other_lines_are_none() {
        for line in [
            "7f00-7fff r--p 0000a000 fe:01 1234 /usr/lib/a.so",
            "7f00-7f00 r-xp 0000a000 fe:01 1234 /usr/lib/a.so",
            "7f00-7fff r-xp 0000a000 fe:01",
            "7f00-7fff r-xp 0000a000 fe01 1 /x",
            "-7fff r-xp 0000a000 fe:01 1 /x",
            "7f00-10000000000000000 r-xp 0 0:0 1 /x",
            "7f00-7fff",
            "",
            " ",
        ] {
            assert!(Mapping::parse(line.as_bytes()).is_none(), "{line}");
        }
    }

    #[test]
    fn lines_are_whole_however_they_are_read() {
        let [reader, writer] = fd::owned_pipe(0).unwrap();
        let mut writer = std::fs::File::from(writer);
        let long = "x".repeat(100_000);
        let written = std::thread::spawn(move || {
            write!(writer, "one\n\n{long}\ntwo\n{}\nthree\nno end", "y".repeat(4000)).unwrap();
        });
        let mut seen = Vec::new();
        lines(reader.as_raw_fd(), &mut |line| {
            seen.push(line.len());
            true
        });
        written.join().unwrap();
        assert_eq!(seen, [3, 0, 3, 4000, 5]);
    }

    #[test]
    fn a_mapping_knows_this_code() {
        let address = a_mapping_knows_this_code as fn() as usize;
        let mut module = String::new();
        with(address, &mut |mapping| module.push_str(mapping.module())).unwrap();
        let own = std::env::current_exe().unwrap();
        assert_eq!(own.file_name().unwrap().to_str(), Some(module.as_str()));
        assert!(with(0x10, &mut |_| ()).is_none());
        assert!(with(&raw const module as usize, &mut |_| ()).is_none(), "a stack is no code");
        assert!(end_around(&raw const module as usize).unwrap() > &raw const module as usize);
        assert_eq!(end_around(0x10), None);
    }
}
