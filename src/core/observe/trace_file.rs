//! The file that the timeline goes to.
#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::io::IoSlice;
use std::os::fd::AsRawFd;

use super::chrome_trace::{Names, Timeline};
use crate::sys::c_text::{CText, PathText};
use crate::sys::errno::{Errno, UvResult};
use crate::sys::ours::Ours;
use crate::sys::pages::Pages;
use crate::sys::refusal::{At, Refusal};
use crate::sys::{fd, folder, identity};

/// A timeline without a size is cut to this.
const DEFAULT_SIZE: u64 = 64 << 20;

/// A smaller one shows nothing.
const LEAST_SIZE: u64 = 64 << 10;

/// How much is made and written at once.
const PIECE: usize = 256 << 10;

const WRITING: &str = "cannot write its file";
const TOO_LONG: &str = "its path is too long";

pub(crate) struct TraceFile {
    /// From the root: the program may change its folder.
    path: PathText,
    size: u64,
    /// As it was opened at the start: the program may lose the right to it, or the way there.
    open: Ours,
}

impl TraceFile {
    /// The file for the value of the variable, which is made at once, so that a wrong one is told at the start. In the
    /// child of a fork, and where another process writes it, it is one with the number of this process behind its name.
    pub(crate) fn new(value: &CStr, is_child: bool) -> Result<TraceFile, Refusal> {
        let (name, size) = setting(value.to_bytes()).map_err(|what| Refusal { what, why: Errno::EINVAL })?;
        let mut path = absolute(name).at(TOO_LONG)?;
        let mut made = Err(Errno::EAGAIN);
        if !is_child {
            made = fd::create_alone(path.get());
        }
        if matches!(made, Err(Errno::EAGAIN)) {
            path = with_number(path.get()).at(TOO_LONG)?;
            made = fd::create_alone(path.get());
        }
        let open = made.and_then(Ours::new).at(WRITING)?;
        Ok(TraceFile { path, size, open })
    }

    pub(crate) fn path(&self) -> &CStr {
        self.path.get()
    }

    /// The most bytes that the file has.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Writes the timeline, to which all threads were added.
    pub(crate) fn write(
        &self,
        timeline: &mut Timeline,
        program: &[u8],
        names: &dyn Names,
    ) -> Result<(), Refusal> {
        timeline.arrange(self.size, names).at("no memory for its text")?;
        let anew; // where the program has closed it
        let file = match self.open.get() {
            Ok(file) => file,
            Err(_) => {
                anew = fd::create_alone(self.path.get()).at(WRITING)?;
                anew.as_raw_fd()
            }
        };
        let mut text = Pages::new(2 * PIECE);
        let mut has_more = true;
        while has_more {
            let step = timeline.step(PIECE, program, names, &mut text);
            has_more = step.map_err(|_| Errno::ENOMEM).at("no memory for its text")?;
            write_whole(file, text.as_slice()).at(WRITING)?;
            text.truncate(0);
        }
        Ok(())
    }
}

fn write_whole(file: std::os::fd::RawFd, mut bytes: &[u8]) -> UvResult {
    while !bytes.is_empty() {
        let count = fd::write_pieces(file, &[IoSlice::new(bytes)])?;
        bytes = bytes.get(count.max(1)..).unwrap_or_default();
    }
    Ok(())
}

/// The name with the number of this process behind it.
fn with_number(path: &CStr) -> UvResult<PathText> {
    let number = CText::<24>::of(format_args!(".{}", identity::process()))?;
    CText::joined(&[path.to_bytes(), number.get().to_bytes()])
}

/// The path from the root.
fn absolute(name: &[u8]) -> UvResult<PathText> {
    if name.starts_with(b"/") {
        return CText::joined(&[name]);
    }
    let mut room = [std::mem::MaybeUninit::uninit(); libc::PATH_MAX as usize];
    CText::joined(&[folder::current(&mut room)?, b"/", name])
}

/// The value of the variable: `FILE` or `FILE:SIZE`, where the size may end in K, M or G.
fn setting(value: &[u8]) -> Result<(&[u8], u64), &'static str> {
    // A colon in a folder's name begins no size.
    let colon =
        value.iter().rposition(|byte| matches!(byte, b':' | b'/')).filter(|&at| value.get(at) == Some(&b':'));
    let (file, size) = match colon.and_then(|at| value.split_at_checked(at)) {
        Some((file, rest)) => (file, size(rest.strip_prefix(b":").unwrap_or_default())?),
        None => (value, DEFAULT_SIZE),
    };
    if file.is_empty() {
        return Err("it names no file");
    }
    if size < LEAST_SIZE { Err("the size is below 64K") } else { Ok((file, size)) }
}

fn size(text: &[u8]) -> Result<u64, &'static str> {
    const WRONG: &str = "behind the last colon is no size, such as 500K, 10M or 1G";
    let (digits, shift) = match text {
        [digits @ .., b'k' | b'K'] => (digits, 10),
        [digits @ .., b'm' | b'M'] => (digits, 20),
        [digits @ .., b'g' | b'G'] => (digits, 30),
        digits => (digits, 0),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(WRONG);
    }
    let number =
        std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok()).ok_or(WRONG)?;
    number.checked_mul(1 << shift).filter(|&size| size <= 1 << 40).ok_or(WRONG)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::observe::trace_ring::{Entry, Phase, Ring};
    use std::ffi::CString;
    use std::fmt;

    struct Plain;

    impl Names for Plain {
        fn kind(&self, _phase: Phase, _kind: u8) -> &'static str {
            "read"
        }

        fn function(&self, _address: usize, out: &mut dyn fmt::Write) -> fmt::Result {
            out.write_str("on_read")
        }
    }

    fn timeline() -> Timeline {
        let ring = Ring::new();
        ring.make_room(1 << 14).unwrap();
        for number in 0..1 << 14 {
            let (start_ns, phase) = (number * 100, Phase::Callback);
            ring.write(&Entry {
                start_ns,
                duration_ns: 9,
                phase,
                kind: 0,
                fd: -1,
                function: 1,
                subject: 2,
                thread: 1,
                flow: 0,
            });
        }
        let mut timeline = Timeline::new(1, 1 << 20);
        timeline.add(1, b"main", &ring, [].into_iter()).unwrap();
        timeline
    }

    #[test]
    fn the_file_is_made_and_written() {
        let path = std::env::temp_dir().join(format!("uv-trace-{}", std::process::id()));
        let value = CString::new(format!("{}:100K", path.display())).unwrap();
        let file = TraceFile::new(&value, false).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), 0);
        file.write(&mut timeline(), b"program", &Plain).unwrap();
        let text = std::fs::read(&path).unwrap();
        assert!(text.len() > 90 << 10 && text.len() <= 100 << 10);
        let whole: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert!(whole["otherData"]["lost"].as_u64().unwrap() > 10_000);
        for is_child in [true, false] {
            let second = TraceFile::new(&value, is_child).unwrap();
            let second = second.path().to_str().unwrap();
            assert_eq!(second, format!("{}.{}", path.display(), std::process::id()));
            assert_eq!(std::fs::read(&path).unwrap().len(), text.len());
            std::fs::remove_file(second).unwrap();
        }
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_without_a_way_to_it_is_written() {
        let folder = std::env::temp_dir().join(format!("uv-trace-way-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let (path, moved) = (folder.join("trace"), folder.join("moved"));
        let file = TraceFile::new(&CString::new(path.to_str().unwrap()).unwrap(), false).unwrap();
        std::fs::rename(&path, &moved).unwrap();
        file.write(&mut timeline(), b"program", &Plain).unwrap();
        assert!(std::fs::metadata(&moved).unwrap().len() > 10_000 && !path.exists());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_cannot_be_written_is_told() {
        let refusal = |value: &CStr| TraceFile::new(value, false).err().unwrap();
        let writing = "cannot write its file";
        assert_eq!(refusal(c"/nonexistent/file"), Refusal { what: writing, why: Errno::ENOENT });
        assert_eq!(refusal(c"/"), Refusal { what: writing, why: Errno::EISDIR });
        assert_eq!(refusal(c"").why, Errno::EINVAL);
        assert_eq!(refusal(c"x:1").what, "the size is below 64K");
        let pipe = std::env::temp_dir().join(format!("uv-trace-pipe-{}", std::process::id()));
        let name = CString::new(pipe.to_str().unwrap()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(refusal(&name), Refusal { what: writing, why: Errno::ENXIO }); // nobody reads
        std::fs::remove_file(&pipe).unwrap();
        let long = CString::new("x".repeat(5000)).unwrap();
        assert_eq!(refusal(&long).why, Errno::ENAMETOOLONG);
        let full = TraceFile::new(c"/dev/full", false).unwrap();
        assert_eq!(
            full.write(&mut timeline(), b"", &Plain),
            Err(Refusal { what: writing, why: Errno::ENOSPC })
        );
        assert!(absolute(b"x").unwrap().get().to_bytes().starts_with(b"/"));
    }

    #[test]
    fn settings_are_files_with_sizes() {
        assert_eq!(setting(b"trace.json"), Ok((&b"trace.json"[..], DEFAULT_SIZE)));
        assert_eq!(setting(b"/a:b/c"), Ok((&b"/a:b/c"[..], DEFAULT_SIZE)));
        assert_eq!(setting(b"/a:b/c:10M"), Ok((&b"/a:b/c"[..], 10 << 20)));
        assert_eq!(setting(b"x:500k"), Ok((&b"x"[..], 500 << 10)));
        assert_eq!(setting(b"x:1G"), Ok((&b"x"[..], 1 << 30)));
        assert_eq!(setting(b"x:65536"), Ok((&b"x"[..], 65536)));
        for wrong in [
            "",
            ":10M",
            "x:",
            "x:M",
            "x:10T",
            "x:-1M",
            "x:+100K",
            "x:99999999999999999999",
            "x:20000G",
            "x:10",
        ] {
            assert!(setting(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
