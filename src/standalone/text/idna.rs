//! Host names in ASCII: each label that has other characters becomes "xn--" and its Punycode (RFC 3492).
//!
//! Nothing is folded, normalised or forbidden here: the resolver decides what a name means.
#![forbid(unsafe_code)]

use std::str;

use crate::sys::errno::{Errno, UvResult};

/// The characters that separate labels: the full stop and its ideographic relatives.
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'];

// The parameters of Punycode.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 128;

/// Bytes written into a buffer of fixed size.
struct Output<'a> {
    bytes: &'a mut [u8],
    len: usize,
}

impl Output<'_> {
    fn push(&mut self, byte: u8) -> UvResult {
        *self.bytes.get_mut(self.len).ok_or(Errno::EINVAL)? = byte;
        self.len += 1;
        Ok(())
    }

    fn extend(&mut self, bytes: &[u8]) -> UvResult {
        let end = self.len + bytes.len();
        self.bytes.get_mut(self.len..end).ok_or(Errno::EINVAL)?.copy_from_slice(bytes);
        self.len = end;
        Ok(())
    }
}

/// Writes the ASCII form of a host name in UTF-8 and a NUL; returns how many bytes that are.
///
/// `EINVAL`: the name is empty or no UTF-8, or `out` is too small. `E2BIG`: a label is too long to
/// encode.
pub(crate) fn to_ascii(name: &[u8], out: &mut [u8]) -> UvResult<usize> {
    if name.is_empty() {
        return Err(Errno::EINVAL);
    }
    let mut out = Output { bytes: out, len: 0 };
    if is_ascii(name) {
        out.extend(name)?;
    } else {
        let name = std::str::from_utf8(name).map_err(|_| Errno::EINVAL)?;
        for (i, label) in name.split(DOTS).enumerate() {
            if i > 0 {
                out.push(b'.')?;
            }
            label_to_ascii(label, &mut out)?;
        }
    }
    out.push(0)?;
    Ok(out.len)
}

/// Not the standard library's, which is for long texts, and written out at each place.
#[inline(never)]
fn is_ascii(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii)
}

fn label_to_ascii(label: &str, out: &mut Output) -> UvResult {
    if is_ascii(label.as_bytes()) {
        return out.extend(label.as_bytes());
    }
    out.extend(b"xn--")?;
    let mut handled = 0;
    for byte in label.bytes().filter(u8::is_ascii) {
        out.push(byte)?;
        handled += 1;
    }
    if handled > 0 {
        out.push(b'-')?;
    }
    punycode(label, handled, out)
}

/// Encodes the characters beyond ASCII; `basic` others are already written.
fn punycode(label: &str, basic: u32, out: &mut Output) -> UvResult {
    let codes = || label.chars().map(u32::from);
    let total = codes().count() as u32;
    let (mut code, mut delta, mut bias) = (FIRST_CODE, 0_u32, FIRST_BIAS);
    let mut handled = basic;
    while handled < total {
        // One is left, so there is a smallest.
        let next = codes().filter(|c| *c >= code).min().unwrap_or(code);
        let skipped = (next - code).checked_mul(handled + 1).ok_or(Errno::E2BIG)?;
        delta = delta.checked_add(skipped).ok_or(Errno::E2BIG)?;
        code = next;
        for c in codes() {
            if c < code {
                delta = delta.checked_add(1).ok_or(Errno::E2BIG)?;
            } else if c == code {
                variable_length(delta, bias, out)?;
                handled += 1;
                bias = adapt(delta, handled, handled == basic + 1);
                delta = 0;
            }
        }
        delta += 1;
        code += 1;
    }
    Ok(())
}

/// Writes a number in digits whose bases depend on the bias.
fn variable_length(mut rest: u32, bias: u32, out: &mut Output) -> UvResult {
    let mut weight = BASE;
    loop {
        let threshold = weight.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            return out.push(digit(rest));
        }
        let base = BASE - threshold;
        out.push(digit(threshold + (rest - threshold) % base))?;
        rest = (rest - threshold) / base;
        weight += BASE;
    }
}

/// The digits are a to z, then 0 to 9.
fn digit(value: u32) -> u8 {
    let value = value as u8;
    if value < 26 { b'a' + value } else { b'0' + (value - 26) }
}

/// The bias after a number that brought the count of handled characters to `handled`.
fn adapt(delta: u32, handled: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / handled;
    let mut steps = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        steps += BASE;
    }
    steps + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascii(name: &str) -> String {
        let mut out = [0xff; 256];
        let len = to_ascii(name.as_bytes(), &mut out).unwrap();
        assert_eq!(out[len - 1], 0);
        let text = String::from_utf8(out[..len - 1].to_vec()).unwrap();
        let mut again = [0; 256];
        assert_eq!(to_ascii(text.as_bytes(), &mut again), Ok(len), "ASCII must stay as it is");
        assert_eq!(again[..len], out[..len]);
        text
    }

    #[test]
    fn ascii_names_are_copied() {
        for name in [".", ".com", "example", "example-", "foo.bar", "example.com.", "-> $1.00 <-"] {
            assert_eq!(ascii(name), name);
        }
    }

    #[test]
    fn all_dots_separate() {
        for dot in DOTS {
            assert_eq!(ascii(&format!("mañana{dot}com")), "xn--maana-pta.com");
        }
        assert_eq!(ascii(".ü"), ".xn--tda");
        assert_eq!(ascii("ü.ü"), "xn--tda.xn--tda");
        assert_eq!(ascii("ü.ü."), "xn--tda.xn--tda.");
    }

    #[test]
    fn names_become_punycode() {
        for (name, expected) in [
            ("ü", "xn--tda"),
            ("straße.de", "xn--strae-oqa.de"),
            ("faß.de", "xn--fa-hia.de"),
            ("bücher.com", "xn--bcher-kva.com"),
            ("café.café.com", "xn--caf-dma.xn--caf-dma.com"),
            ("☃-⌘.com", "xn----dqo34k.com"),
            ("\u{D400}☃-⌘.com", "xn----dqo34kn65z.com"),
            ("💩.la", "xn--ls8h.la"),
            ("üëäö♥", "xn--4can8av2009b"),
            (
                "Willst du die Blüthe des frühen, die Früchte des späteren Jahres",
                "xn--Willst du die Blthe des frhen, die Frchte des spteren Jahres-x9e96lkal",
            ),
            ("βόλος.com", "xn--nxasmm1c.com"),
            ("\u{0DC1}\u{0DCA}\u{200D}\u{0DBB}\u{0DD3}.com", "xn--10cl1a0b660p.com"),
            ("\u{0646}\u{0627}\u{0645}\u{0647}\u{200C}\u{0627}\u{06CC}.com", "xn--mgba3gch31f060k.com"),
        ] {
            assert_eq!(ascii(name), expected);
        }
    }

    /// Samples of RFC 3492, section 7.1.
    #[test]
    fn samples_of_the_standard() {
        for (label, expected) in [
            ("ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn"),
            ("他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"),
            ("他們爲什麽不說中文", "xn--ihqwctvzc91f659drss3x8bo0yb"),
            ("Pročprostěnemluvíčesky", "xn--Proprostnemluvesky-uyb24dma41a"),
            ("למההםפשוטלאמדבריםעברית", "xn--4dbcagdahymbxekheh6e0a7fei0b"),
            ("почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"),
            ("PorquénopuedensimplementehablarenEspañol", "xn--PorqunopuedensimplementehablarenEspaol-fmd56a"),
            ("3年B組金八先生", "xn--3B-ww4c5e180e575a65lsy2b"),
            ("安室奈美恵-with-SUPER-MONKEYS", "xn---with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
            ("MajiでKoiする5秒前", "xn--MajiKoi5-783gue6qz075azm5e"),
            ("パフィーdeルンバ", "xn--de-jg4avhby1noc0d"),
            ("そのスピードで", "xn--d9juau41awczczp"),
        ] {
            assert_eq!(ascii(label), expected);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let mut out = [0; 64];
        let overlong: [&[u8]; 6] = [
            b"",
            b"\xC0\x80\xC1\x80",
            b"\xC0\x80\xC1\x80.com",
            b"\xED\xA0\x80",
            b"\xF4\x90\x80\x80",
            b"\xE2\x98",
        ];
        for name in overlong {
            assert_eq!(to_ascii(name, &mut out), Err(Errno::EINVAL));
        }
    }

    #[test]
    fn the_nul_must_fit() {
        assert_eq!(to_ascii(b"\x7f", &mut [0; 1]), Err(Errno::EINVAL));
        assert_eq!(to_ascii(b"\x7f", &mut [0; 2]), Ok(2));
        assert_eq!(to_ascii("ü".as_bytes(), &mut [0; 7]), Err(Errno::EINVAL));
        assert_eq!(to_ascii("ü".as_bytes(), &mut [0; 8]), Ok(8));
    }

    #[test]
    fn long_labels_overflow_cleanly() {
        let label = format!("{}\u{10FFFF}", "a".repeat(5000));
        assert_eq!(to_ascii(label.as_bytes(), &mut [0; 6000]), Err(Errno::E2BIG));
    }
}
