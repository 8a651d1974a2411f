//! What the program hands to uv_spawn, for the time of the call.

use std::ffi::CStr;

use libc::{c_char, c_int, c_uint};

use crate::abi::*;
use crate::core::memory::lend::lend_any_text;
use crate::sys::process::Texts;

/// The options, seen through what they point to.
pub(crate) struct SpawnOptions<'a> {
    pub(crate) exit_cb: uv_exit_cb,
    pub(crate) file: Option<&'a CStr>,
    pub(crate) args: Option<Texts<'a>>,
    pub(crate) env: Option<Texts<'a>>,
    pub(crate) cwd: Option<&'a CStr>,
    pub(crate) stdio: Stdio<'a>,
    pub(crate) uid: Option<uv_uid_t>,
    pub(crate) gid: Option<uv_gid_t>,
    pub(crate) flags: c_uint,
}

/// The containers for the child's descriptors 0, 1, ...
#[derive(Clone, Copy)]
pub(crate) struct Stdio<'a>(&'a [uv_stdio_container_t]);

/// What a container asks for.
pub(crate) enum Wanted<'a> {
    Nothing,
    /// A pipe to this stream, which is opened.
    Pipe {
        stream: Option<&'a uv_stream_t>,
        flags: uv_stdio_flags,
    },
    /// This descriptor, which stays the program's.
    Descriptor(c_int),
    /// What the stream has.
    StreamOf(Option<&'a uv_stream_t>),
    Unknown,
}

/// The options that the program points to.
///
/// # Safety
/// The texts end with NUL, the arrays of texts with null; there are `stdio_count` containers, and the
/// streams in them are initialised. All stay as they are while this is used.
pub(crate) unsafe fn lend_options<'a>(at: *const uv_process_options_t) -> SpawnOptions<'a> {
    // SAFETY: uv_spawn is given options that nobody changes until it returns, `stdio_count` containers in
    // them, if that is above 0, and texts and arrays with an end.
    unsafe {
        let options = &*at;
        let count = usize::try_from(options.stdio_count).unwrap_or(0);
        let has = |flag| options.flags & flag != 0;
        let stdio = if count == 0 { &[] } else { std::slice::from_raw_parts(options.stdio, count) };
        SpawnOptions {
            exit_cb: options.exit_cb,
            file: lend_any_text(options.file),
            args: lend_texts(options.args),
            env: lend_texts(options.env),
            cwd: lend_any_text(options.cwd),
            stdio: Stdio(stdio),
            uid: has(UV_PROCESS_SETUID).then_some(options.uid),
            gid: has(UV_PROCESS_SETGID).then_some(options.gid),
            flags: options.flags,
        }
    }
}

/// # Safety
/// As for [`Texts::new`], unless it is null.
unsafe fn lend_texts<'a>(at: *mut *mut c_char) -> Option<Texts<'a>> {
    // SAFETY: an array that is not null ends with null, and its texts with NUL, until uv_spawn returns.
    (!at.is_null()).then(|| unsafe { Texts::new(at.cast_const().cast()) })
}

impl<'a> Stdio<'a> {
    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = Wanted<'a>> {
        self.0.iter().map(Self::wanted)
    }

    fn wanted(container: &uv_stdio_container_t) -> Wanted<'_> {
        const KINDS: uv_stdio_flags = UV_CREATE_PIPE | UV_INHERIT_FD | UV_INHERIT_STREAM;
        // SAFETY: the flags say which member the program has filled in; all members are plain, and a
        // stream is null or initialised: `lend_options` was told so.
        unsafe {
            match container.flags & KINDS {
                UV_IGNORE => Wanted::Nothing,
                UV_CREATE_PIPE => {
                    Wanted::Pipe { stream: container.data.stream.as_ref(), flags: container.flags }
                }
                UV_INHERIT_FD => Wanted::Descriptor(container.data.fd),
                UV_INHERIT_STREAM => Wanted::StreamOf(container.data.stream.as_ref()),
                _ => Wanted::Unknown,
            }
        }
    }
}
