use super::*;
use crate::sys::net_address::{OwnAddress, Side};
use crate::sys::{fd, socket};
use std::cell::Cell;

fn pair() -> (c_int, c_int) {
    let new = || socket::socket(libc::AF_INET, libc::SOCK_DGRAM, 0).expect("a socket");
    let (receiver, sender) = (new(), new());
    OwnAddress::any(libc::AF_INET).get().expect("known").bind(receiver).expect("bound");
    let address = OwnAddress::of_socket(receiver, Side::Own).expect("an address");
    address.get().expect("known").connect(sender).expect("connected");
    (receiver, sender)
}

#[test]
fn segments_arrive_as_datagrams() {
    let (receiver, sender) = pair();
    if !can_segment(sender) {
        return;
    }
    let pieces = [IoSlice::new(b"one"), IoSlice::new(b"two"), IoSlice::new(b"3")];
    let datagrams: Vec<_> = pieces.chunks(1).map(|piece| Datagram::new(piece, None)).collect();
    assert_eq!(send_segmented(sender, &datagrams), Ok(()));
    assert_eq!(send_many(sender, &datagrams), Ok(3));
    let mut memory = [MaybeUninit::uninit(); 64];
    let memory = Cell::from_mut(&mut memory[..]).as_slice_of_cells();
    let mut received = ReceivedMany::<4>::new();
    let mut texts = Vec::new();
    while let Ok(count) = received.receive(receiver, memory, 16, Source::Socket) {
        for (k, part) in memory.chunks(16).take(count).enumerate() {
            let message = received.get(k).expect("received");
            assert_eq!(message.known_sender().map(SocketAddress::family), Some(libc::AF_INET));
            texts.push(message.copy(part).expect("memory"));
        }
    }
    assert_eq!(texts, [b"one".as_slice(), b"two", b"3", b"one", b"two", b"3"]);
    fd::close(sender);
    fd::close(receiver);
}

#[test]
fn only_udp_sockets_segment() {
    let [a, b] = socket::socketpair(libc::SOCK_DGRAM, 0).expect("sockets");
    assert!(!can_segment(a) && !needs_single_messages(a));
    fd::close(a);
    fd::close(b);
}

#[test]
fn a_call_is_off_only_if_the_probe_says_so() {
    let offer = Offer::new();
    assert!(!offer.is_off(Errno::EPERM, || Err(Errno::EBADF)) && offer.stands());
    assert!(!offer.is_off(Errno::EAGAIN, || Err(Errno::ENOSYS)) && offer.stands());
    assert!(offer.is_off(Errno::EPERM, || Err(Errno::EPERM)) && !offer.stands());
}
