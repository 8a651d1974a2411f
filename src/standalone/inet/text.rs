//! Texts of internet addresses.

use std::ffi::CStr;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::sys::errno::{Errno, UvResult};

/// An IPv6 address as libuv writes it: what RFC 5952 says, but dotted in the old IPv4-compatible
/// range too.
pub(super) struct Text6(pub(super) Ipv6Addr);

impl fmt::Display for Text6 {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.0.segments() {
            [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
                let [[a, b], [c, d]] = [high.to_be_bytes(), low.to_be_bytes()];
                write!(f, "::{}", Ipv4Addr::new(a, b, c, d))
            }
            _ => self.0.fmt(f),
        }
    }
}

/// Four numbers from 0 to 255, without leading zeros, between dots.
pub(super) fn parse4(text: &[u8]) -> UvResult<[u8; 4]> {
    let mut octets = [0; 4];
    let mut fields = text.split(|byte| *byte == b'.');
    for octet in &mut octets {
        *octet = match *fields.next().ok_or(Errno::EINVAL)? {
            [a] => decimal(a, 1)?,
            [a @ b'1'..=b'9', b] => decimal(a, 10)? + decimal(b, 1)?,
            [a @ b'1'..=b'2', b, c] => {
                let rest = decimal(b, 10)? + decimal(c, 1)?;
                decimal(a, 100)?.checked_add(rest).ok_or(Errno::EINVAL)?
            }
            _ => return Err(Errno::EINVAL),
        };
    }
    if fields.next().is_none() { Ok(octets) } else { Err(Errno::EINVAL) }
}

fn decimal(digit: u8, weight: u8) -> UvResult<u8> {
    if digit.is_ascii_digit() { Ok((digit - b'0') * weight) } else { Err(Errno::EINVAL) }
}

/// Groups of hexadecimal digits between colons; the last two may be an IPv4 address, and two colons
/// stand once for one or more groups of zeros.
pub(super) fn parse6(text: &[u8]) -> UvResult<[u8; 16]> {
    let mut bytes = [0_u8; 16];
    let (mut len, mut gap) = (0, None);
    let mut rest = text;
    if let [b':', b':', after @ ..] = rest {
        (gap, rest) = (Some(0), after);
    }
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b':').unwrap_or(rest.len());
        let (group, after) = rest.split_at(end);
        let mut value = 0;
        let mut hexadecimal = matches!(group.len(), 1..=4);
        for digit in group.iter().take(4) {
            match char::from(*digit).to_digit(16) {
                Some(digit) => value = value << 4 | digit as u16,
                None => hexadecimal = false,
            }
        }
        if !hexadecimal {
            if !after.is_empty() {
                return Err(Errno::EINVAL);
            }
            bytes.get_mut(len..len + 4).ok_or(Errno::EINVAL)?.copy_from_slice(&parse4(group)?);
            len += 4;
            break;
        }
        bytes.get_mut(len..len + 2).ok_or(Errno::EINVAL)?.copy_from_slice(&value.to_be_bytes());
        len += 2;
        rest = match after {
            [] => after,
            [b':', b':', after @ ..] if gap.is_none() => {
                gap = Some(len);
                after
            }
            [b':', after @ ..] if !after.is_empty() => after,
            _ => return Err(Errno::EINVAL),
        };
    }
    match gap {
        None if len == 16 => {}
        Some(gap) if len < 16 => {
            bytes.copy_within(gap..len, 16 - (len - gap));
            bytes[gap..16 - (len - gap)].fill(0);
        }
        _ => return Err(Errno::EINVAL),
    }
    Ok(bytes)
}

/// The address before a zone ("%eth0"), and the zone.
pub(super) fn split_zone(text: &CStr) -> (&[u8], Option<&CStr>) {
    let bytes = text.to_bytes();
    match bytes.iter().position(|byte| *byte == b'%') {
        Some(at) => (&bytes[..at], CStr::from_bytes_until_nul(&text.to_bytes_with_nul()[at + 1..]).ok()),
        None => (bytes, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text6(text: &str) -> String {
        Text6(text.parse().unwrap()).to_string()
    }

    #[test]
    fn addresses_are_written_as_libuv_does() {
        for text in [
            "::",
            "::1",
            "::2",
            "::1.2.3.4",
            "::ffff:1.2.3.4",
            "::ffff:0.0.0.0",
            "1:0:2::",
            "fe80::1:0:2",
            "1:0:3:4:5:6:7:8",
        ] {
            assert_eq!(text6(text), text);
        }
        assert_eq!(text6("0:0:1::2:0:0"), "::1:0:0:2:0:0");
        assert_eq!(text6("1:0:0:2:0:0:0:ABCD"), "1:0:0:2::abcd");
    }

    #[test]
    fn only_plain_dotted_addresses_are_ipv4() {
        for good in [c"0.0.0.0", c"127.0.0.1", c"255.255.255.255"] {
            assert!(parse4(good.to_bytes()).is_ok(), "{good:?}");
        }
        for bad in [
            c"",
            c"255",
            c"1.2.3",
            c"1.2.3.4.5",
            c"01.2.3.4",
            c"1.2.3.256",
            c"1.2.3.4 ",
            c"2555.0.0.0",
            c"255.255.255*000",
            c"0x7f.0.0.1",
        ] {
            assert!(parse4(bad.to_bytes()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn ipv6_is_read_as_the_standard_library_does() {
        let mut state = 7_u32;
        let mut random = move |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        let parts = ["0", "1", "ab", "FFFF", "12345", ":", ":", ":", "::", "1.2.3.4", "256.1.1.1", "g", ""];
        for _ in 0..20_000 {
            let text: String = (0..random(18)).map(|_| parts[random(parts.len())]).collect();
            let expected = text.parse::<Ipv6Addr>().map(|address| address.octets());
            assert_eq!(parse6(text.as_bytes()).ok(), expected.ok(), "{text}");
        }
    }

    #[test]
    fn zones_do_not_matter_for_ipv6() {
        for good in
            ["::", "::1", "fe80::", "fe80:0:0:0:2acf:daff:1.2.3.4", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"]
        {
            for zone in ["", "%en1", "%%%%", "%en1:1.2.3.4"] {
                let text = std::ffi::CString::new(format!("{good}{zone}")).unwrap();
                assert!(parse6(split_zone(&text).0).is_ok(), "{text:?}");
            }
        }
        for bad in [
            "",
            ":",
            ":::1",
            "1:",
            ":1",
            "abcde::1",
            "1:2:3:4:5:6:7:8:9",
            "1:2:3:4:5:6:7:8::",
            "1:2:3:4:5:6:7:1.2.3.4",
            "::1.2.3.4.5",
            "::1::",
        ] {
            assert!(parse6(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
