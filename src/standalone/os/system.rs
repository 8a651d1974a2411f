//! The machine: its name, its system, how long it runs and how busy it is.

use std::ffi::CStr;

use libc::{c_char, c_double};

use crate::abi::{UV_MAXHOSTNAMESIZE, uv_utsname_t};
use crate::core::memory::out::Out;
use crate::core::memory::out_text::OutText;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::{clock, machine, memory, procfs};

pub(crate) fn uname(place: Option<Out<uv_utsname_t>>) -> UvResult {
    let place = place.ok_or(Errno::EINVAL)?;
    let system = machine::system()?;
    place.set(uv_utsname_t {
        sysname: longer(&system.sysname),
        release: longer(&system.release),
        version: longer(&system.version),
        machine: longer(&system.machine),
    });
    Ok(())
}

/// A text in a longer field.
fn longer<const N: usize>(text: &[c_char; N]) -> [c_char; 256] {
    const { assert!(N <= 256) };
    let mut field = [0; 256];
    field[..N].copy_from_slice(text);
    field
}

pub(crate) fn hostname(out: OutText) -> UvResult {
    let mut name = [0_u8; UV_MAXHOSTNAMESIZE];
    machine::host_name(&mut name)?;
    // A name that fills the buffer may have been cut, without a NUL.
    name[UV_MAXHOSTNAMESIZE - 1] = 0;
    out.write_text(CStr::from_bytes_until_nul(&name).unwrap_or_default())
}

pub(crate) fn uptime(place: Out<c_double>) -> UvResult {
    // Not the clock at first: in some containers only the file knows when they started.
    let mut buf = [0; 128];
    let text = procfs::read_start(c"/proc/uptime", &mut buf).unwrap_or_default();
    place.set(match procfs::fractions(text).next() {
        Some(seconds) => seconds,
        None => clock::read(libc::CLOCK_BOOTTIME)?.tv_sec as f64,
    });
    Ok(())
}

pub(crate) fn load_average(place: Out<[c_double; 3]>) {
    let mut buf = [0; 128];
    let text = procfs::read_start(c"/proc/loadavg", &mut buf).unwrap_or_default();
    let mut loads = procfs::fractions(text);
    if let (Some(one), Some(five), Some(fifteen)) = (loads.next(), loads.next(), loads.next()) {
        place.set([one, five, fifteen]);
    } else if let Ok(info) = memory::system_info() {
        place.set(info.loads.map(|load| load as f64 / 65536.0));
    }
}
