//! WTF-8 and UTF-16, compared with libuv: results, lengths and each byte of the buffers.
#![no_main]

use std::ffi::c_char;
use std::ptr::null_mut;

use libfuzzer_sys::fuzz_target;
use uv_fuzz::api::{Api, OURS, libuv};
use uv_fuzz::bytes::Bytes;
use uv_fuzz::memory::{Exact, text};

const ENOBUFS: i32 = -libc::ENOBUFS;

fuzz_target!(|input: &[u8]| {
    let mut bytes = Bytes::new(input);
    let kind = bytes.next();
    let room = usize::from(bytes.next());
    let rest = bytes.rest();
    if kind & 1 == 0 {
        from_wtf8(rest, room);
    } else {
        let units: Vec<u16> =
            rest.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        from_utf16(&units, kind & 2 != 0, if kind & 4 != 0 { room } else { room % 8 });
    }
});

fn from_wtf8(bytes: &[u8], more: usize) {
    let wtf8 = text(bytes);
    // SAFETY: a text.
    let (ours, theirs) = unsafe {
        ((OURS.uv_wtf8_length_as_utf16)(wtf8.as_ptr()), (libuv().uv_wtf8_length_as_utf16)(wtf8.as_ptr()))
    };
    assert_eq!(ours, theirs, "length of {bytes:x?}");
    let Ok(len) = usize::try_from(ours) else { return };
    // It says how long the result is, or there is more room.
    for len in [len, len + more] {
        let converted = [&OURS, libuv()].map(|api| {
            let units = Exact::<u16>::filled(len);
            // SAFETY: a text, and as much room as it needs.
            unsafe { (api.uv_wtf8_to_utf16)(wtf8.as_ptr(), units.as_ptr(), len) };
            units.bytes().to_vec()
        });
        assert_eq!(converted[0], converted[1], "{bytes:x?} in {len}");
    }
    // And back: what it was, where that is not said in a longer way than needed.
    let units = Exact::<u16>::filled(len);
    // SAFETY: as above.
    unsafe { (OURS.uv_wtf8_to_utf16)(wtf8.as_ptr(), units.as_ptr(), len) };
    let units: Vec<u16> =
        units.bytes().chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    from_utf16(&units[..len - 1], false, more);
}

struct Converted {
    status: i32,
    len: usize,
    bytes: Vec<u8>,
}

fn from_utf16(units: &[u16], counted: bool, room: usize) {
    let mut own = units.to_vec();
    if !counted {
        own.truncate(units.iter().position(|unit| *unit == 0).unwrap_or(units.len()));
        own.push(0);
    }
    let utf16 = Exact::of(&own);
    let len = if counted { own.len() as isize } else { -1 };
    // SAFETY: so many units, or a NUL behind them.
    let (ours, theirs) = unsafe {
        (
            (OURS.uv_utf16_length_as_wtf8)(utf16.as_ptr(), len),
            (libuv().uv_utf16_length_as_wtf8)(utf16.as_ptr(), len),
        )
    };
    assert_eq!(ours, theirs, "length of {own:x?}");
    for room in [room, ours.saturating_sub(1), ours, ours + 1] {
        let [ours_converted, theirs_converted] =
            [&OURS, libuv()].map(|api| into_buffer(api, &utf16, len, room));
        assert_eq!(ours_converted.status, theirs_converted.status, "{own:x?} in {room}");
        assert_eq!(ours_converted.bytes, theirs_converted.bytes, "{own:x?} in {room}");
        if ours_converted.status == ENOBUFS {
            // Always the exact length here (docs/differences.md).
            assert_eq!(ours_converted.len, ours, "{own:x?} in {room}");
        } else {
            assert_eq!(ours_converted.len, theirs_converted.len, "{own:x?} in {room}");
        }
    }
    let [ours_made, theirs_made] = [&OURS, libuv()].map(|api| into_new(api, &utf16, len));
    assert_eq!(ours_made, theirs_made, "{own:x?}");
    let [ours_asked, theirs_asked] = [&OURS, libuv()].map(|api| {
        let mut needed = 7;
        // SAFETY: no buffer, only a length.
        let status = unsafe { (api.uv_utf16_to_wtf8)(utf16.as_ptr(), len, null_mut(), &mut needed) };
        (status, needed)
    });
    assert_eq!(ours_asked, theirs_asked, "{own:x?}");
}

fn into_buffer(api: &Api, utf16: &Exact<u16>, len: isize, room: usize) -> Converted {
    let target = Exact::<c_char>::filled(room + 1);
    let mut at = target.as_ptr();
    let mut target_len = room;
    // SAFETY: a buffer of one byte more than it says.
    let status = unsafe { (api.uv_utf16_to_wtf8)(utf16.as_ptr(), len, &mut at, &mut target_len) };
    assert_eq!(at, target.as_ptr());
    Converted { status, len: target_len, bytes: target.bytes().to_vec() }
}

/// The text in memory that the library takes for it.
fn into_new(api: &Api, utf16: &Exact<u16>, len: isize) -> (i32, usize, Vec<u8>) {
    let mut at: *mut c_char = null_mut();
    let mut target_len = usize::MAX;
    // SAFETY: a place for a buffer, which is of one byte more than the length that it says.
    unsafe {
        let status = (api.uv_utf16_to_wtf8)(utf16.as_ptr(), len, &mut at, &mut target_len);
        let bytes = std::slice::from_raw_parts(at.cast::<u8>(), target_len + 1).to_vec();
        libc::free(at.cast());
        (status, target_len, bytes)
    }
}
