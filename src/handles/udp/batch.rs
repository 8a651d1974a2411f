//! Many datagrams with few system calls: runs of one size to one address as a message that the kernel
//! segments, the others in batches.

use crate::abi::uv_udp_t;
use crate::core::state::handle::flags;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::udp_socket::{self, Datagram, MAX_BATCH, MAX_SEGMENTED_BYTES, MAX_SEGMENTED_IOVECS};

/// Sends from the front of `datagrams`; says how many have gone, and what the next one failed with.
pub(super) fn send(udp: &uv_udp_t, datagrams: &[Datagram<'_>]) -> (usize, UvResult) {
    let mut sent = 0;
    let mut plain = 0; // up to here segmentation was tried, and refused
    let mut segments = None; // asked when there is something to segment
    while let Some(rest) = datagrams.get(sent..).filter(|rest| !rest.is_empty()) {
        let may_segment = segments != Some(false) && !udp.has(flags::UDP_SEGMENTS_NOT);
        let mut run = if plain > sent || !may_segment { 1 } else { run_length(rest) };
        if run > 1 && !*segments.get_or_insert_with(|| can_segment(udp)) {
            run = 1;
        }
        let step = if run > 1 {
            match udp_socket::send_segmented(udp.fd(), &rest[..run]) {
                Err(error) if is_refusal(udp, error) => {
                    plain = sent + run;
                    continue;
                }
                other => other.map(|()| run),
            }
        } else if let [single] = rest {
            udp_socket::send(udp.fd(), single).map(|()| 1)
        } else {
            let count = if plain > sent {
                plain - sent
            } else if segments == Some(false) || udp.has(flags::UDP_SEGMENTS_NOT) {
                rest.len()
            } else {
                length_before_run(rest)
            };
            udp_socket::send_many(udp.fd(), &rest[..count.min(MAX_BATCH)])
        };
        match step {
            Ok(count) => sent += count,
            Err(error) => return (sent, Err(error)),
        }
    }
    (sent, Ok(()))
}

/// Whether the kernel may segment for the handle's socket. That it can is asked once; what the program has
/// set on a socket that it knows, each time.
fn can_segment(udp: &uv_udp_t) -> bool {
    if !udp.has(flags::UDP_SEGMENTS | flags::UDP_SEGMENTS_NOT) {
        let can = udp_socket::can_segment(udp.fd());
        udp.set(if can { flags::UDP_SEGMENTS } else { flags::UDP_SEGMENTS_NOT });
    }
    udp.has(flags::UDP_SEGMENTS)
        && !(udp.has(flags::UDP_SHARED) && udp_socket::needs_single_messages(udp.fd()))
}

/// Whether the error means that the kernel does not segment this message, and not that the first
/// datagram cannot be sent.
fn is_refusal(udp: &uv_udp_t, error: Errno) -> bool {
    match error {
        // A firewall's errors may be about the size; the datagrams by themselves will tell.
        Errno::ENOBUFS | Errno::ENOMEM | Errno::EPERM | Errno::EACCES => true,
        // Datagrams beyond the route's MTU, a device without checksums: the next ones fare no better.
        Errno::EINVAL
        | Errno::EIO
        | Errno::EMSGSIZE
        | Errno::ENOPROTOOPT
        | Errno::ENOTSUP
        | Errno::ENOSYS => {
            udp.clear(flags::UDP_SEGMENTS);
            udp.set(flags::UDP_SEGMENTS_NOT);
            true
        }
        _ => false,
    }
}

/// How many of the first datagrams go in one segmented message; 1 stands for none.
fn run_length(datagrams: &[Datagram<'_>]) -> usize {
    let Some((first, others)) = datagrams.split_first() else { return 1 };
    let (mut bytes, mut pieces, mut run) = (first.bytes, first.count(), 1);
    for datagram in others.iter().take(MAX_BATCH - 1) {
        bytes += datagram.bytes;
        pieces += datagram.count();
        let fits = bytes <= MAX_SEGMENTED_BYTES && pieces <= MAX_SEGMENTED_IOVECS;
        if !fits || datagram.bytes == 0 || datagram.bytes > first.bytes || !have_same_address(first, datagram)
        {
            break;
        }
        run += 1;
        if datagram.bytes < first.bytes {
            break; // only the last one may be shorter
        }
    }
    run
}

/// How many of the first datagrams are sent one by one, before a run begins.
fn length_before_run(datagrams: &[Datagram<'_>]) -> usize {
    (1..datagrams.len()).find(|&k| run_length(&datagrams[k..]) > 1).unwrap_or(datagrams.len())
}

fn have_same_address(a: &Datagram<'_>, b: &Datagram<'_>) -> bool {
    match (a.to, b.to) {
        (Some(a), Some(b)) => a.is_same(b),
        (None, None) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::net_address::OwnAddress;
    use std::io::IoSlice;

    fn run(sizes: &[usize]) -> usize {
        let memory = vec![0; 40_000];
        let pieces: Vec<_> = sizes.iter().map(|&bytes| IoSlice::new(&memory[..bytes])).collect();
        let datagrams: Vec<_> = pieces.chunks(1).map(|piece| Datagram::new(piece, None)).collect();
        run_length(&datagrams)
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
        let [a, b, other] = [libc::AF_INET, libc::AF_INET, libc::AF_INET6].map(OwnAddress::any);
        let [a, b, other] = [&a, &b, &other].map(|address| address.get().ok());
        let piece = [IoSlice::new(b"text")];
        let run = |first, second| run_length(&[Datagram::new(&piece, first), Datagram::new(&piece, second)]);
        assert_eq!(run(a, b), 2);
        assert_eq!(run(a, other), 1);
        assert_eq!(run(None, b), 1);
    }
}
