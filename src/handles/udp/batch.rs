//! Many datagrams with few system calls: runs of one size to one address as a message that the kernel
//! segments, the others in batches.

use libc::sockaddr;

use crate::abi::uv_udp_t;
use crate::core::handle::flags;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::udp_socket::{self, Datagram, MAX_BATCH, MAX_SEGMENTED_BYTES, MAX_SEGMENTED_IOVECS};

/// Sends from the front of `datagrams`; says how many have gone, and what the next one failed with.
///
/// # Safety
/// `this` is initialised and has a socket; what the datagrams point to is valid.
pub(super) unsafe fn send(this: *mut uv_udp_t, datagrams: &[Datagram]) -> (usize, UvResult) {
    let mut sent = 0;
    let mut plain = 0; // up to here segmentation was tried, and refused
    while let Some(rest) = datagrams.get(sent..).filter(|rest| !rest.is_empty()) {
        // SAFETY: the caller's promise.
        let step = unsafe {
            let fd = (*this).io_watcher.fd.get();
            let run = if plain > sent || !segments(this, rest) { 1 } else { run_length(rest) };
            if run > 1 {
                match udp_socket::send_segmented(fd, &rest[..run]) {
                    Err(error) if is_refusal(this, error) => {
                        plain = sent + run;
                        continue;
                    }
                    other => other.map(|()| run),
                }
            } else if let [single] = rest {
                udp_socket::send(fd, single).map(|()| 1)
            } else {
                let count = if plain > sent { plain - sent } else { length_before_run(this, rest) };
                udp_socket::send_many(fd, &rest[..count.min(MAX_BATCH)])
            }
        };
        match step {
            Ok(count) => sent += count,
            Err(error) => return (sent, Err(error)),
        }
    }
    (sent, Ok(()))
}

/// Whether the handle's socket segments; asked once, when there is more than one datagram.
unsafe fn segments(this: *mut uv_udp_t, datagrams: &[Datagram]) -> bool {
    if datagrams.len() < 2 {
        return false;
    }
    // SAFETY: the caller's promise: `this` is initialised.
    unsafe {
        if (*this).flags & (flags::UDP_SEGMENTS | flags::UDP_SEGMENTS_NOT) == 0 {
            let can = udp_socket::can_segment((*this).io_watcher.fd.get());
            (*this).flags |= if can { flags::UDP_SEGMENTS } else { flags::UDP_SEGMENTS_NOT };
        }
        (*this).flags & flags::UDP_SEGMENTS != 0
    }
}

/// Whether the error means that the kernel does not segment this message, and not that the first
/// datagram cannot be sent.
unsafe fn is_refusal(this: *mut uv_udp_t, error: Errno) -> bool {
    match error {
        Errno::ENOBUFS | Errno::ENOMEM => true,
        // Datagrams beyond the route's MTU, a device without checksums: the next ones fare no better.
        Errno::EINVAL | Errno::EIO | Errno::EMSGSIZE | Errno::ENOPROTOOPT | Errno::ENOTSUP => {
            // SAFETY: the caller's promise: `this` is initialised.
            unsafe {
                (*this).flags &= !flags::UDP_SEGMENTS;
                (*this).flags |= flags::UDP_SEGMENTS_NOT;
            }
            true
        }
        _ => false,
    }
}

/// How many of the first datagrams go in one segmented message; 1 stands for none.
///
/// # Safety
/// The addresses are valid.
unsafe fn run_length(datagrams: &[Datagram]) -> usize {
    let Some(first) = datagrams.first().filter(|first| first.bytes > 0) else { return 1 };
    let (mut bytes, mut pieces, mut run) = (0, 0, 0);
    for datagram in datagrams.iter().take(MAX_BATCH) {
        bytes += datagram.bytes;
        pieces += datagram.count;
        let fits = bytes <= MAX_SEGMENTED_BYTES && pieces <= MAX_SEGMENTED_IOVECS;
        // SAFETY: the caller's promise.
        let same_address = run == 0 || unsafe { are_same(first, datagram) };
        if !fits || !same_address || datagram.bytes == 0 || datagram.bytes > first.bytes {
            break;
        }
        run += 1;
        if datagram.bytes < first.bytes {
            break; // only the last one may be shorter
        }
    }
    run.max(1)
}

/// How many of the first datagrams are sent one by one, before a run begins.
unsafe fn length_before_run(this: *mut uv_udp_t, datagrams: &[Datagram]) -> usize {
    // SAFETY: the caller's promise: `this` is initialised, the addresses are valid.
    unsafe {
        if (*this).flags & flags::UDP_SEGMENTS_NOT != 0 {
            return datagrams.len();
        }
        (1..datagrams.len()).find(|&k| run_length(&datagrams[k..]) > 1).unwrap_or(datagrams.len())
    }
}

unsafe fn are_same(a: &Datagram, b: &Datagram) -> bool {
    let bytes = |datagram: &Datagram| {
        let len = datagram.addr_len as usize;
        // SAFETY: a datagram with a length has that many bytes of address.
        (len > 0).then(|| unsafe { std::slice::from_raw_parts(datagram.addr.cast::<u8>(), len) })
    };
    std::ptr::eq::<sockaddr>(a.addr, b.addr) || bytes(a) == bytes(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ptr::null;

    fn sized(bytes: usize) -> Datagram {
        Datagram { bufs: null(), count: 1, addr: null(), addr_len: 0, bytes }
    }

    fn run(sizes: &[usize]) -> usize {
        let datagrams: Vec<Datagram> = sizes.iter().map(|&bytes| sized(bytes)).collect();
        // SAFETY: none of them has an address.
        unsafe { run_length(&datagrams) }
    }

    #[test]
    fn runs_are_of_one_size_with_a_shorter_end() {
        assert_eq!(run(&[]), 1);
        assert_eq!(run(&[0, 0, 0]), 1);
        assert_eq!(run(&[4, 4, 4]), 3);
        assert_eq!(run(&[4, 4, 3, 4]), 3);
        assert_eq!(run(&[4, 5]), 1);
        assert_eq!(run(&[4, 0]), 1);
        assert_eq!(run(&[40_000, 40_000]), 1);
        assert_eq!(run(&[1; 100]), MAX_BATCH);
    }

    #[test]
    fn runs_go_to_one_address() {
        // SAFETY: all zeroes is an address of no family.
        let [mut a, b]: [sockaddr; 2] = unsafe { std::mem::zeroed() };
        let to = |addr: &sockaddr| Datagram { addr, addr_len: 16, ..sized(4) };
        // SAFETY: the addresses live until the end of the test.
        unsafe {
            assert_eq!(run_length(&[to(&a), to(&b)]), 2);
            a.sa_data[3] = 1;
            assert_eq!(run_length(&[to(&a), to(&b)]), 1);
            assert_eq!(run_length(&[sized(4), to(&b)]), 1);
        }
    }
}
