//! Sockets as `/proc` lists them, for those who cannot ask the socket itself: the addresses by the number of the file.

use std::fmt;
use std::os::fd::AsRawFd;
use std::str;

use crate::sys::fd_text::{write_name, write_v4, write_v6};
use crate::sys::procfs::{decimal, lines};
use crate::sys::{fd, own_table};

/// More than the longest line.
const ROOM: usize = 4096;

/// Where a table keeps what.
struct Table {
    name: &'static std::ffi::CStr,
    /// Of the word with the number of the file.
    number_at: usize,
    write: fn(&[u8], &mut dyn fmt::Write) -> fmt::Result,
}

const TABLES: [Table; 5] = [
    Table { name: c"net/tcp", number_at: 9, write: write_addresses },
    Table { name: c"net/tcp6", number_at: 9, write: write_addresses },
    Table { name: c"net/udp", number_at: 9, write: write_addresses },
    Table { name: c"net/udp6", number_at: 9, write: write_addresses },
    Table { name: c"net/unix", number_at: 6, write: write_path },
];

/// Says what the socket with that number stands for, as `fd_text` says it. `None` if no table has it.
pub(crate) fn describe(number: u64, out: &mut dyn fmt::Write) -> Option<fmt::Result> {
    TABLES.iter().find_map(|table| {
        let file = own_table::open(table.name).ok()?;
        let mut read = |room: &mut [u8]| fd::read_bytes(file.as_raw_fd(), room).unwrap_or(0);
        let is_it = |line: &[u8]| word(line, table.number_at).and_then(decimal) == Some(number);
        with_line(&mut read, &is_it, &mut |line| (table.write)(line, out))
    })
}

/// Has `used` look at the first line that is the one; `None` if there is none.
fn with_line(
    read: &mut dyn FnMut(&mut [u8]) -> usize,
    is_it: &dyn Fn(&[u8]) -> bool,
    used: &mut dyn FnMut(&[u8]) -> fmt::Result,
) -> Option<fmt::Result> {
    let mut room = [0; ROOM];
    let mut len = 0;
    loop {
        let more = read(room.get_mut(len..)?);
        if more == 0 {
            return None; // the end, or a line that has no room
        }
        len += more;
        let read = room.get(..len)?;
        let Some(end) = read.iter().rposition(|byte| *byte == b'\n') else { continue };
        if let Some(line) = lines(read.get(..end)?).find(|line| is_it(line)) {
            return Some(used(line));
        }
        room.copy_within(end + 1..len, 0);
        len -= end + 1;
    }
}

#[inline(never)]
fn word(line: &[u8], at: usize) -> Option<&[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).nth(at)
}

#[derive(Clone, Copy)]
enum Ip {
    V4([u8; 4]),
    V6([u8; 16]),
}

/// An address and a port.
type Address = (Ip, u16);

/// `0100007F:0050`: words of four bytes as the machine has them, and the port.
fn address(word: &[u8]) -> Option<Address> {
    let (ip, port) =
        str::from_utf8(word).ok()?.split_at_checked(word.iter().position(|byte| *byte == b':')?)?;
    let port = u16::from_str_radix(port.get(1..)?, 16).ok()?;
    let word = |at: usize| u32::from_str_radix(ip.get(at * 8..at * 8 + 8)?, 16).ok().map(u32::to_ne_bytes);
    match ip.len() {
        8 => Some((Ip::V4(word(0)?), port)),
        32 => {
            let words = [word(0)?, word(1)?, word(2)?, word(3)?];
            let mut bytes = [0; 16];
            bytes.iter_mut().zip(words.as_flattened()).for_each(|(to, from)| *to = *from);
            Some((Ip::V6(bytes), port))
        }
        _ => None,
    }
}

fn write_address((ip, port): Address, out: &mut dyn fmt::Write) -> fmt::Result {
    match ip {
        Ip::V4(ip) => write_v4(ip, port, out),
        Ip::V6(ip) => write_v6(ip, port, out),
    }
}

/// Who it is, and whom it is connected to, if it is.
fn write_addresses(line: &[u8], out: &mut dyn fmt::Write) -> fmt::Result {
    let at = |place| word(line, place).and_then(address);
    let Some(own) = at(1) else { return Ok(()) };
    write_address(own, out)?;
    match at(2).filter(|(_, port)| *port != 0) {
        Some(peer) => {
            out.write_str(" <- ")?;
            write_address(peer, out)
        }
        None => Ok(()),
    }
}

/// The name, which may have blanks in it.
fn write_path(line: &[u8], out: &mut dyn fmt::Write) -> fmt::Result {
    let Some(number) = word(line, 6) else { return Ok(()) };
    let number_at = number.as_ptr().addr() - line.as_ptr().addr();
    let path = line.get(number_at + number.len() + 1..).unwrap_or_default();
    if path.is_empty() {
        return out.write_str("unix socket");
    }
    write_name(path, out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::fd::RawFd;
    use std::os::unix::net::UnixListener;

    fn find(text: &str, number: &[u8]) -> Option<usize> {
        let mut left = text.as_bytes();
        let mut found = None;
        let mut read = |room: &mut [u8]| {
            let len = left.len().min(room.len()).min(7);
            let (now, rest) = left.split_at(len);
            room[..len].copy_from_slice(now);
            left = rest;
            len
        };
        let _ = with_line(&mut read, &|line| word(line, 1) == Some(number), &mut |line| {
            found = Some(line.len());
            Ok(())
        });
        found
    }

    #[test]
    fn lines_are_found_across_pieces() {
        let text = "head  line\n a  17 b\n a 18  ccc\n a 19";
        assert_eq!(find(text, b"17"), Some(8));
        assert_eq!(find(text, b"18"), Some(10));
        assert_eq!(find(text, b"19"), None); // it has no end
        assert_eq!(find(&"x".repeat(2 * ROOM), b"17"), None);
    }

    fn number(fd: RawFd) -> u64 {
        fd::stat(fd).unwrap().st_ino
    }

    #[test]
    fn sockets_are_told_as_by_themselves() {
        let folder = std::env::temp_dir().join(format!("uv socket tables {}", std::process::id()));
        let _ = std::fs::remove_file(&folder);
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(tcp.local_addr().unwrap()).unwrap();
        let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
        let unix = UnixListener::bind(&folder).unwrap();
        let mut all = vec![
            (number(tcp.as_raw_fd()), tcp.local_addr().unwrap().to_string()),
            (
                number(client.as_raw_fd()),
                format!("{} <- {}", client.local_addr().unwrap(), tcp.local_addr().unwrap()),
            ),
            (number(udp.as_raw_fd()), udp.local_addr().unwrap().to_string()),
            (number(unix.as_raw_fd()), folder.display().to_string()),
        ];
        let six = TcpListener::bind("[::1]:0");
        if let Ok(six) = &six {
            all.push((number(six.as_raw_fd()), six.local_addr().unwrap().to_string()));
        }
        let thread = std::thread::spawn(move || {
            own_table::part(std::iter::empty()).unwrap().close();
            for (number, expected) in all {
                let mut text = String::new();
                describe(number, &mut text).unwrap().unwrap();
                assert_eq!(text, expected);
            }
            assert!(describe(u64::MAX, &mut String::new()).is_none());
        });
        thread.join().unwrap();
        std::fs::remove_file(&folder).unwrap();
    }
}
