//! Bytes that C reads or writes: whoever ends a request owns them until then.

use std::cell::RefCell;
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::rc::Rc;

use libc::sockaddr;

use crate::error::{Error, Result, check};
use crate::event_loop::LoopRef;
use crate::raw::handle::{Core, StreamKind, Typed, enter, enter_base, enter_stream};
use crate::raw::{address, fs, request};
use crate::request::Request;
use crate::sys::{self, Address, uv_buf_t, uv_handle_t, uv_stream_t, uv_udp_send_t, uv_udp_t, uv_write_t};

/// A status at the end of a request.
pub type Status = Box<dyn FnOnce(Result<()>)>;

fn lent(bytes: &[u8]) -> uv_buf_t {
    uv_buf_t { base: bytes.as_ptr().cast_mut().cast(), len: bytes.len() }
}

/// Writes bytes to a stream.
pub fn write<K: StreamKind>(core: &Core<K>, bytes: impl AsRef<[u8]> + 'static, done: Status) -> Result<()> {
    let bytes = Rc::new(bytes);
    let buffer = lent((*bytes).as_ref());
    // Not before: `as_ref` is the program's code.
    let stream = core.stream()?;
    let told = move |_: &uv_write_t, status| {
        drop(bytes);
        done(check(status).map(drop));
    };
    request::begin(&core.event_loop, (), Box::new(told), |_, request| {
        // SAFETY: C copies the array. The bytes are borrowed from what the callback owns, which stays where it is, and
        // which nobody changes before it is dropped.
        unsafe { sys::uv_write(request, stream, &buffer, 1, request::on_done) }
    })
    .map(drop)
}

/// Writes what can be written at once.
pub fn try_write<K: StreamKind>(core: &Core<K>, bytes: &[u8]) -> Result<usize> {
    let stream = core.stream()?;
    // SAFETY: C reads no more than the bytes, and only for the call.
    let written = check(unsafe { sys::uv_try_write(stream, &lent(bytes), 1) })?;
    Ok(written as usize)
}

/// Sends a datagram: to an address, or to that which the socket is connected to.
pub fn send(
    core: &Core<uv_udp_t>,
    bytes: impl AsRef<[u8]> + 'static,
    to: Option<SocketAddr>,
    done: Status,
) -> Result<()> {
    let bytes = Rc::new(bytes);
    let buffer = lent((*bytes).as_ref());
    // Not before: `as_ref` is the program's code.
    let udp = core.open()?;
    let to = to.map(address::to_c);
    let told = move |_: &uv_udp_send_t, status| {
        drop(bytes);
        done(check(status).map(drop));
    };
    request::begin(&core.event_loop, (), Box::new(told), |_, request| {
        // SAFETY: as in `write`; the address is copied.
        unsafe {
            sys::uv_udp_send(request, udp, &buffer, 1, to.as_ref().map(Address::from), request::on_done)
        }
    })
    .map(drop)
}

pub fn try_send(core: &Core<uv_udp_t>, bytes: &[u8], to: Option<SocketAddr>) -> Result<usize> {
    let udp = core.open()?;
    let to = to.map(address::to_c);
    // SAFETY: C reads no more than the bytes and the address, and only for the call.
    let sent = check(unsafe { sys::uv_udp_try_send(udp, &lent(bytes), 1, to.as_ref().map(Address::from)) })?;
    Ok(sent as usize)
}

/// Reads from a file; the file stays open until then.
pub fn read_file(
    event_loop: &LoopRef,
    file: Rc<OwnedFd>,
    size: usize,
    offset: i64,
    done: impl FnOnce(Result<Vec<u8>>) + 'static,
) -> Result<Request> {
    let fd = file.as_raw_fd();
    let mut bytes = vec![0; size];
    let buffer = uv_buf_t { base: bytes.as_mut_ptr().cast(), len: size };
    fs::begin(
        event_loop,
        // SAFETY: C copies the array. The vector and the file are the callback's, and nobody uses them until then.
        |event_loop, request| unsafe {
            sys::uv_fs_read(event_loop, request, fd, &buffer, 1, offset, fs::on_done)
        },
        move |_, count| {
            drop(file);
            bytes.truncate(count);
            bytes
        },
        done,
    )
}

/// Writes to a file; the file stays open until then.
pub fn write_file(
    event_loop: &LoopRef,
    file: Rc<OwnedFd>,
    bytes: impl AsRef<[u8]> + 'static,
    offset: i64,
    done: impl FnOnce(Result<usize>) + 'static,
) -> Result<Request> {
    let fd = file.as_raw_fd();
    let bytes = Rc::new(bytes);
    let buffer = lent((*bytes).as_ref());
    fs::begin(
        event_loop,
        // SAFETY: as in `write`; the file is the callback's as well.
        |event_loop, request| unsafe {
            sys::uv_fs_write(event_loop, request, fd, &buffer, 1, offset, fs::on_done)
        },
        move |_, count| {
            drop((file, bytes));
            count
        },
        done,
    )
}

/// The memory that C has to read into, of one handle: one piece, as a rule.
#[derive(Default)]
pub struct Lent(RefCell<Vec<Vec<u8>>>);

/// A handle that reads.
pub trait Reads: Typed {
    fn lent(&self) -> &Lent;
}

/// A stream that tells of what it has read.
pub trait ReadsBytes: Reads {
    fn on_read(&self, bytes: Result<&[u8]>);
    fn on_connection(&self, status: Result<()>);
}

/// A socket that tells of datagrams.
pub trait ReadsDatagrams: Reads<Kind = uv_udp_t> {
    fn on_datagram(&self, datagram: Result<(&[u8], Option<SocketAddr>, u32)>);
}

pub extern "C" fn on_alloc<T: Reads>(handle: &uv_handle_t, _: usize, place: &mut MaybeUninit<uv_buf_t>) {
    // Nothing to read into, unless there is somebody to tell.
    let buffer = place.write(uv_buf_t { base: std::ptr::null_mut(), len: 0 });
    enter_base(handle, |handle: &T| {
        let mut memory = handle.owner().event_loop.take_buffer();
        *buffer = uv_buf_t { base: memory.as_mut_ptr().cast(), len: memory.len() };
        handle.lent().0.borrow_mut().push(memory);
    });
}

/// Passes what was read into a buffer on, and keeps the memory for the next one.
fn with_bytes<T: Reads>(handle: &T, buffer: Option<&uv_buf_t>, tell: impl FnOnce(&[u8])) {
    let base = buffer.map_or(std::ptr::null_mut(), |buffer| buffer.base);
    let memory = {
        let mut lent = handle.lent().0.borrow_mut();
        let place = lent.iter().position(|memory| memory.as_ptr() == base.cast());
        place.map(|place| lent.swap_remove(place)).unwrap_or_default()
    };
    let memory = GiveBack(memory, &handle.owner().event_loop);
    tell(&memory.0);
}

/// Memory that goes back to the loop, even if the program panics.
struct GiveBack<'a>(Vec<u8>, &'a LoopRef);

impl Drop for GiveBack<'_> {
    fn drop(&mut self) {
        let memory = std::mem::take(&mut self.0);
        if !memory.is_empty() {
            self.1.give_buffer(memory);
        }
    }
}

pub extern "C" fn on_read<T: ReadsBytes>(stream: &uv_stream_t, count: isize, buffer: Option<&uv_buf_t>) {
    enter_stream(stream, |stream: &T| {
        with_bytes(stream, buffer, |bytes| match usize::try_from(count) {
            // Nothing after all.
            Ok(0) => {}
            Ok(count) => stream.on_read(bytes.get(..count).ok_or(Error::ENOBUFS)),
            Err(_) => stream.on_read(Err(failure(count))),
        });
    });
}

pub extern "C" fn on_connection<T: ReadsBytes>(stream: &uv_stream_t, status: i32) {
    enter_stream(stream, |stream: &T| stream.on_connection(check(status).map(drop)));
}

/// # Safety
///
/// For C to call.
pub unsafe extern "C" fn on_datagram<T: ReadsDatagrams>(
    udp: &uv_udp_t,
    count: isize,
    buffer: Option<&uv_buf_t>,
    from: *const sockaddr,
    flags: u32,
) {
    // SAFETY: C passes an address that stays for the callback, or null.
    let address = unsafe { address::of_c(from) };
    let is_nothing = count == 0 && from.is_null();
    enter(udp, |udp: &T| {
        with_bytes(udp, buffer, |bytes| match usize::try_from(count) {
            Ok(_) if is_nothing => {}
            Ok(count) => {
                let bytes = bytes.get(..count).ok_or(Error::ENOBUFS);
                udp.on_datagram(bytes.map(|bytes| (bytes, address, flags)));
            }
            Err(_) => udp.on_datagram(Err(failure(count))),
        });
    });
}

fn failure(count: isize) -> Error {
    i32::try_from(count).ok().and_then(Error::from_code).unwrap_or(Error::UNKNOWN)
}
