//! What a descriptor stands for, in words: `127.0.0.1:80 <- 127.0.0.1:5123`, `/tmp/socket`, `pipe:[77]`.

use std::fmt;
use std::mem::MaybeUninit;
use std::net::{Ipv4Addr, Ipv6Addr};

use libc::c_int;

use crate::sys::c_text::CText;
use crate::sys::errno::{self, UvResult, check_size};
use crate::sys::{own_table, procfs, socket_tables};

type Ask = unsafe extern "C" fn(c_int, *mut libc::sockaddr, *mut libc::socklen_t) -> c_int;

/// An address of a socket, as the system gave it.
struct Address {
    storage: libc::sockaddr_storage,
    len: usize,
}

pub(super) fn write_v4(ip: [u8; 4], port: u16, out: &mut dyn fmt::Write) -> fmt::Result {
    write!(out, "{}:{port}", Ipv4Addr::from(ip))
}

pub(super) fn write_v6(ip: [u8; 16], port: u16, out: &mut dyn fmt::Write) -> fmt::Result {
    write!(out, "[{}]:{port}", Ipv6Addr::from(ip))
}

/// A name of a file, which may be any bytes.
pub(super) fn write_name(name: &[u8], out: &mut dyn fmt::Write) -> fmt::Result {
    name.utf8_chunks().try_for_each(|chunk| {
        out.write_str(chunk.valid())?;
        if chunk.invalid().is_empty() { Ok(()) } else { out.write_char(char::REPLACEMENT_CHARACTER) }
    })
}

impl Address {
    fn of(fd: c_int, ask: Ask) -> Option<Address> {
        let mut storage = MaybeUninit::<libc::sockaddr_storage>::zeroed();
        let mut len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        // SAFETY: room as large as said, and zeros are a value of it.
        unsafe {
            let got = ask(fd, storage.as_mut_ptr().cast(), &raw mut len);
            (got == 0).then(|| Address { storage: storage.assume_init(), len: len as usize })
        }
    }

    fn write(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let at = &raw const self.storage;
        match c_int::from(self.storage.ss_family) {
            libc::AF_INET => {
                // SAFETY: an IPv4 address is no larger than the storage, nor aligned more strictly.
                let v4 = unsafe { &*at.cast::<libc::sockaddr_in>() };
                write_v4(v4.sin_addr.s_addr.to_ne_bytes(), u16::from_be(v4.sin_port), out)
            }
            libc::AF_INET6 => {
                // SAFETY: an IPv6 address is no larger than the storage, nor aligned more strictly.
                let v6 = unsafe { &*at.cast::<libc::sockaddr_in6>() };
                write_v6(v6.sin6_addr.s6_addr, u16::from_be(v6.sin6_port), out)
            }
            libc::AF_UNIX => {
                // SAFETY: a Unix address is no larger than the storage, nor aligned more strictly.
                let unix = unsafe { &*at.cast::<libc::sockaddr_un>() };
                let len = self.len.saturating_sub(std::mem::offset_of!(libc::sockaddr_un, sun_path));
                let path = unix.sun_path.map(|byte| byte as u8);
                let is_abstract = path[0] == 0;
                if len == 0 {
                    return out.write_str("unix socket");
                }
                if is_abstract {
                    out.write_char('@')?;
                }
                let name = path.get(usize::from(is_abstract)..len).unwrap_or_default();
                let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
                write_name(name, out)
            }
            family => write!(out, "socket of family {family}"),
        }
    }
}

/// Says what the program has at `fd`; nothing if it is not open.
pub(crate) fn describe(fd: c_int, out: &mut dyn fmt::Write) -> fmt::Result {
    errno::preserved(|| {
        let is_here = !own_table::is_apart();
        if let Some(own) = is_here.then(|| Address::of(fd, libc::getsockname)).flatten() {
            own.write(out)?;
            if let Some(peer) = Address::of(fd, libc::getpeername).filter(|peer| peer.len > 2) {
                out.write_str(" <- ")?;
                peer.write(out)?;
            }
            return Ok(());
        }
        let mut room = [0_u8; 256];
        let len = read_link(fd, &mut room).unwrap_or(0);
        let target = room.get(..len).unwrap_or_default();
        let number = target.strip_prefix(b"socket:[").and_then(procfs::number).filter(|_| !is_here);
        if let Some(done) = number.and_then(|number| socket_tables::describe(number, out)) {
            return done;
        }
        match std::str::from_utf8(target) {
            Ok(text) => out.write_str(text),
            Err(_) => Ok(()),
        }
    })
}

/// What `/proc` says of the program's descriptor.
fn read_link(fd: c_int, room: &mut [u8]) -> UvResult<usize> {
    if own_table::is_apart() {
        return own_table::read_link(CText::<24>::of(format_args!("fd/{fd}"))?.get(), room);
    }
    let path = CText::<32>::of(format_args!("/proc/self/fd/{fd}"))?;
    // SAFETY: a C string for the length of the call, and room as large as said.
    check_size(unsafe { libc::readlink(path.get().as_ptr(), room.as_mut_ptr().cast(), room.len()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsRawFd;

    fn text(fd: c_int) -> String {
        let mut text = String::new();
        describe(fd, &mut text).unwrap();
        text
    }

    #[test]
    fn descriptors_are_told_by_what_they_are() {
        let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let client = std::net::TcpStream::connect(server.local_addr().unwrap()).unwrap();
        assert_eq!(text(server.as_raw_fd()), server.local_addr().unwrap().to_string());
        let both = format!("{} <- {}", client.local_addr().unwrap(), server.local_addr().unwrap());
        assert_eq!(text(client.as_raw_fd()), both);
        let null = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(text(null.as_raw_fd()), "/dev/null");
        assert_eq!(text(-1), "");
        let (one, _other) = std::os::unix::net::UnixStream::pair().unwrap();
        assert_eq!(text(one.as_raw_fd()), "unix socket");
    }
}
