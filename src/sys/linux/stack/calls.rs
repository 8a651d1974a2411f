//! Whether a return address is one: it lies directly behind an instruction that calls.

#![forbid(unsafe_code)]

/// What a call instruction calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// What it says itself.
    To(usize),
    /// What this place holds: a function of another module, as a rule.
    From(usize),
    /// What the program has at hand.
    ByPointer,
}

/// This processor's instructions are known here.
pub(super) const ARE_KNOWN: bool =
    cfg!(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64"));

/// How many bytes before a return address are looked at.
pub(super) const LONGEST: usize = if cfg!(target_arch = "aarch64") { 4 } else { 7 };

/// The call that ends `code`, after which comes `address`.
pub(super) fn ending(code: &[u8; LONGEST], address: usize) -> Option<Call> {
    if cfg!(any(target_arch = "x86_64", target_arch = "x86")) {
        x86(code, address)
    } else if cfg!(target_arch = "aarch64") {
        aarch64(code, address)
    } else {
        None
    }
}

fn x86(code: &[u8], address: usize) -> Option<Call> {
    if let [.., 0xe8, a, b, c, d] = *code {
        return Some(Call::To(address.wrapping_add_signed(distance([a, b, c, d]))));
    }
    if let [.., 0xff, 0x15, a, b, c, d] = *code {
        return Some(Call::From(named_place(address, [a, b, c, d])));
    }
    // FF /2, with as many bytes as the second and the third one say.
    (2..=7).find_map(|len| {
        let [0xff, operand, rest @ ..] = code.get(code.len().checked_sub(len)?..)? else { return None };
        let (mode, number, base) = (operand >> 6, operand >> 3 & 7, operand & 7);
        let index = usize::from(base == 4 && mode != 3);
        let has_no_base = base == 5 || index == 1 && rest.first()? & 7 == 5;
        let offset = match mode {
            0 if has_no_base => 4,
            1 => 1,
            2 => 4,
            _ => 0,
        };
        (number == 2 && len == 2 + index + offset).then_some(Call::ByPointer)
    })
}

fn distance(bytes: [u8; 4]) -> isize {
    i32::from_le_bytes(bytes) as isize
}

/// The place that an instruction of x86 names by these bytes, if `behind` is what comes behind it.
fn named_place(behind: usize, bytes: [u8; 4]) -> usize {
    let from = if cfg!(target_arch = "x86") { 0 } else { behind };
    from.wrapping_add_signed(distance(bytes))
}

fn aarch64(code: &[u8], address: usize) -> Option<Call> {
    let word = u32::from_le_bytes(*code.last_chunk()?);
    if word >> 26 == 0b10_0101 {
        // 26 bits with a sign, of four bytes each.
        let distance = (word << 6) as i32 >> 4;
        return Some(Call::To(address.wrapping_sub(4).wrapping_add_signed(distance as isize)));
    }
    // BLR, and those that check a signature first.
    (word & 0xfeff_f000 == 0xd63f_0000).then_some(Call::ByPointer)
}

/// A piece of code that jumps to where a place says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stub {
    At(usize),
    /// It cannot be told from the code alone.
    Somewhere,
}

/// How much of a stub is looked at.
pub(super) const STUB: usize = 16;

/// What linkers put where a function of another module is called, if `code`, which is at `address`, is that.
pub(super) fn stub(code: &[u8; STUB], address: usize) -> Option<Stub> {
    if cfg!(target_arch = "aarch64") {
        // ADRP into x16 or x17, after a BTI or not.
        let word = |at| Some(u32::from_le_bytes(*code.get(at..)?.first_chunk()?));
        let first = if word(0)? == 0xd503_245f { word(4)? } else { word(0)? };
        return (first & 0x9f00_001e == 0x9000_0010).then_some(Stub::Somewhere);
    }
    let is_32 = cfg!(target_arch = "x86");
    let marker: &[u8] = if is_32 { &[0xf3, 0x0f, 0x1e, 0xfb] } else { &[0xf3, 0x0f, 0x1e, 0xfa] };
    let rest = code.strip_prefix(marker).unwrap_or(code);
    let rest = rest.strip_prefix(&[0xf2]).unwrap_or(rest);
    match *rest {
        [0xff, 0x25, a, b, c, d, ..] => {
            let behind = address.wrapping_add(code.len() - rest.len() + 6);
            Some(Stub::At(named_place(behind, [a, b, c, d])))
        }
        [0xff, 0xa3, ..] if is_32 => Some(Stub::Somewhere),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_x86_are_known_in_all_their_lengths() {
        assert_eq!(x86(&[0, 0, 0xe8, 0xfb, 0xff, 0xff, 0xff], 0x1005), Some(Call::To(0x1000)));
        for (code, call) in [
            (&[0x90, 0x90, 0xff, 0xd0][..], Call::ByPointer), // call *%rax
            (&[0x41, 0xff, 0xd4], Call::ByPointer),           // call *%r12
            (&[0x90, 0xff, 0x10], Call::ByPointer),           // call *(%rax)
            (&[0xff, 0x53, 0x18], Call::ByPointer),           // call *0x18(%rbx)
            (&[0xff, 0x14, 0xd8], Call::ByPointer),           // call *(%rax,%rbx,8)
            (&[0x41, 0xff, 0x54, 0x24, 0x08], Call::ByPointer), // call *8(%r12)
            (&[0xff, 0x93, 0, 1, 0, 0], Call::ByPointer),     // call *0x100(%rbx)
            (&[0xff, 0x94, 0x24, 0, 1, 0, 0], Call::ByPointer), // call *0x100(%rsp)
            (&[0xff, 0x14, 0x25, 0, 0, 1, 0], Call::ByPointer), // call *0x10000
        ] {
            assert_eq!(x86(code, 0x1000), Some(call), "{code:x?}");
        }
        // call *0x10(%rip), or *0x10
        let place = if cfg!(target_arch = "x86") { 0x10 } else { 0x1010 };
        assert_eq!(x86(&[0x90, 0xff, 0x15, 0x10, 0, 0, 0], 0x1000), Some(Call::From(place)));
    }

    #[test]
    fn other_code_of_x86_is_no_call() {
        for code in [
            &[0x90, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90][..],
            &[0xe9, 0, 0, 0, 0],          // jmp
            &[0xff, 0xe0],                // jmp *%rax
            &[0xff, 0x30],                // push (%rax)
            &[0xff, 0x14],                // cut short
            &[0xff, 0x50],                // cut short
            &[0x90, 0xff, 0x15, 0, 0, 0], // cut short
            &[0xff, 0x14, 0x25],          // cut short
            &[],
        ] {
            assert_eq!(x86(code, 0x1000), None, "{code:x?}");
        }
    }

    #[test]
    fn calls_of_aarch64_are_known() {
        assert_eq!(aarch64(&0x9400_0002_u32.to_le_bytes(), 0x1004), Some(Call::To(0x1008)));
        assert_eq!(aarch64(&0x97ff_ffff_u32.to_le_bytes(), 0x1004), Some(Call::To(0x0ffc)));
        for word in [0xd63f_0000_u32, 0xd63f_0220, 0xd63f_081f, 0xd73f_0841] {
            assert_eq!(aarch64(&word.to_le_bytes(), 0x1004), Some(Call::ByPointer), "{word:x}");
        }
        for word in [0xd61f_0200_u32, 0xd65f_03c0, 0x1400_0002, 0xd503_201f] {
            assert_eq!(aarch64(&word.to_le_bytes(), 0x1004), None, "{word:x}");
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn stubs_say_where_they_have_it_from() {
        let mut code = [0x90; STUB];
        code[..6].copy_from_slice(&[0xff, 0x25, 0x10, 0, 0, 0]);
        assert_eq!(stub(&code, 0x1000), Some(Stub::At(0x1016)));
        code[..11].copy_from_slice(&[0xf3, 0x0f, 0x1e, 0xfa, 0xf2, 0xff, 0x25, 0x10, 0, 0, 0]);
        assert_eq!(stub(&code, 0x1000), Some(Stub::At(0x101b)));
        assert_eq!(stub(&[0x90; STUB], 0x1000), None);
    }
}
