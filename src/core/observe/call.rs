//! Calls of the program's functions, as those who look see them.

use std::ffi::CStr;
use std::mem::offset_of;

use libc::c_int;

use crate::abi::*;
use crate::core::state::handle::flags;

/// What kind of function of the program's is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum CallKind {
    Timer,
    Prepare,
    Check,
    Idle,
    Async,
    Signal,
    Exit,
    Poll,
    Connection,
    FsEvent,
    FsPoll,
    Read,
    Datagram,
    Close,
    Write,
    Connect,
    Shutdown,
    DatagramSent,
    AfterWork,
    Fs,
    GetAddrInfo,
    GetNameInfo,
    Random,
    /// On a worker.
    Work,
    FsWork,
    GetAddrInfoWork,
    GetNameInfoWork,
    RandomWork,
}

impl CallKind {
    pub(crate) const ALL: [CallKind; 28] = [
        CallKind::Timer,
        CallKind::Prepare,
        CallKind::Check,
        CallKind::Idle,
        CallKind::Async,
        CallKind::Signal,
        CallKind::Exit,
        CallKind::Poll,
        CallKind::Connection,
        CallKind::FsEvent,
        CallKind::FsPoll,
        CallKind::Read,
        CallKind::Datagram,
        CallKind::Close,
        CallKind::Write,
        CallKind::Connect,
        CallKind::Shutdown,
        CallKind::DatagramSent,
        CallKind::AfterWork,
        CallKind::Fs,
        CallKind::GetAddrInfo,
        CallKind::GetNameInfo,
        CallKind::Random,
        CallKind::Work,
        CallKind::FsWork,
        CallKind::GetAddrInfoWork,
        CallKind::GetNameInfoWork,
        CallKind::RandomWork,
    ];

    pub(crate) fn of(number: u32) -> CallKind {
        CallKind::ALL.get(number as usize & 0xff).copied().unwrap_or(CallKind::Timer)
    }

    /// As metrics and lines call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            CallKind::Timer => "timer",
            CallKind::Prepare => "prepare",
            CallKind::Check => "check",
            CallKind::Idle => "idle",
            CallKind::Async => "async",
            CallKind::Signal => "signal",
            CallKind::Exit => "exit",
            CallKind::Poll => "poll",
            CallKind::Connection => "connection",
            CallKind::FsEvent => "fs_event",
            CallKind::FsPoll => "fs_poll",
            CallKind::Read => "read",
            CallKind::Datagram => "udp_recv",
            CallKind::Close => "close",
            CallKind::Write => "write",
            CallKind::Connect => "connect",
            CallKind::Shutdown => "shutdown",
            CallKind::DatagramSent => "udp_send",
            CallKind::AfterWork => "after_work",
            CallKind::Work => "work",
            CallKind::Fs | CallKind::FsWork => "fs",
            CallKind::GetAddrInfo | CallKind::GetAddrInfoWork => "getaddrinfo",
            CallKind::GetNameInfo | CallKind::GetNameInfoWork => "getnameinfo",
            CallKind::Random | CallKind::RandomWork => "random",
        }
    }

    /// The pool's part of a request of such a kind, if it has one.
    pub(crate) fn job_of(self, request: usize) -> Option<usize> {
        let offset = match self {
            CallKind::AfterWork | CallKind::Work => offset_of!(uv_work_t, work_req),
            CallKind::Fs | CallKind::FsWork => offset_of!(uv_fs_t, work_req),
            CallKind::GetAddrInfo | CallKind::GetAddrInfoWork => offset_of!(uv_getaddrinfo_t, work_req),
            CallKind::GetNameInfo | CallKind::GetNameInfoWork => offset_of!(uv_getnameinfo_t, work_req),
            CallKind::Random | CallKind::RandomWork => offset_of!(uv_random_t, work_req),
            _ => return None,
        };
        request.checked_add(offset)
    }

    /// Whether it is the work itself, and not a callback.
    pub(crate) fn is_on_worker(self) -> bool {
        self as u8 >= CallKind::Work as u8
    }
}

/// One call.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// The program's function, or that of the library which does a worker's job.
    pub(crate) function: usize,
    /// The handle or the request.
    pub(crate) subject: usize,
    pub(crate) kind: CallKind,
    /// Which file operation.
    pub(crate) operation: u8,
    /// Of the handle it is about.
    pub(crate) handle_type: u8,
    /// The handle has a name.
    pub(crate) is_named: bool,
    /// The descriptor it is about; -1 if there is none.
    pub(crate) fd: c_int,
    /// The path or the name it is about; for handles their own name.
    pub(crate) detail: Option<&'a CStr>,
}

impl<'a> Call<'a> {
    pub(crate) fn new(kind: CallKind, function: usize, subject: usize) -> Call<'a> {
        let (operation, handle_type, is_named) = (0, 0, false);
        Call { function, subject, kind, operation, handle_type, is_named, fd: -1, detail: None }
    }

    /// It is about this handle.
    pub(crate) fn about(self, handle: &uv_handle_t) -> Call<'a> {
        let handle_type = u8::try_from(handle.r#type.get()).unwrap_or(0);
        Call { handle_type, is_named: handle.has(flags::NAMED), ..self }
    }

    pub(crate) fn with_fd(self, fd: c_int) -> Call<'a> {
        Call { fd, ..self }
    }

    pub(crate) fn with_operation(self, operation: uv_fs_type) -> Call<'a> {
        Call { operation: u8::try_from(operation).unwrap_or(0), ..self }
    }

    pub(crate) fn with_detail(self, detail: Option<&'a CStr>) -> Call<'a> {
        Call { detail, ..self }
    }

    /// Kind, operation and the handle's type in one number.
    pub(crate) fn code(&self) -> u32 {
        self.kind as u32 | u32::from(self.operation) << 8 | u32::from(self.handle_type) << 16
    }
}

/// The type of the handle that a call is about, by its [`Call::code`].
pub(crate) fn handle_type(code: u32) -> uv_handle_type {
    code >> 16
}

/// The name of a file operation, by a [`Call::code`].
pub(crate) fn operation_name(code: u32) -> &'static str {
    const NAMES: [&str; 37] = [
        "",
        "open",
        "close",
        "read",
        "write",
        "sendfile",
        "stat",
        "lstat",
        "fstat",
        "ftruncate",
        "utime",
        "futime",
        "access",
        "chmod",
        "fchmod",
        "fsync",
        "fdatasync",
        "unlink",
        "rmdir",
        "mkdir",
        "mkdtemp",
        "rename",
        "scandir",
        "link",
        "symlink",
        "readlink",
        "chown",
        "fchown",
        "realpath",
        "copyfile",
        "lchown",
        "opendir",
        "readdir",
        "closedir",
        "statfs",
        "mkstemp",
        "lutime",
    ];
    NAMES.get((code >> 8 & 0xff) as usize).copied().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_stand_at_their_numbers() {
        for (number, kind) in CallKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, number);
            assert_eq!(CallKind::of(number as u32 | 0x500), kind);
        }
    }

    #[test]
    fn operations_have_their_names() {
        let code = Call::new(CallKind::Fs, 0, 0).with_operation(UV_FS_LUTIME).code();
        assert_eq!(operation_name(code), "lutime");
        assert_eq!(operation_name(Call::new(CallKind::Fs, 0, 0).with_operation(UV_FS_STAT).code()), "stat");
        assert_eq!(operation_name(CallKind::Timer as u32), "");
    }
}
