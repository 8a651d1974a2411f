//! Numbers as the tables have them.

/// Bytes that are read one after another, and where they come from.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    address: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], address: usize) -> Reader<'a> {
        Reader { bytes, address }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.bytes.is_empty()
    }

    #[inline(never)]
    pub(super) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        self.address = self.address.wrapping_add(len);
        Some(taken)
    }

    /// The next `len` bytes, to be read apart.
    pub(super) fn part(&mut self, len: usize) -> Option<Reader<'a>> {
        let address = self.address;
        Some(Reader { bytes: self.take(len)?, address })
    }

    fn array<const LEN: usize>(&mut self) -> Option<[u8; LEN]> {
        self.take(LEN)?.try_into().ok()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let [byte] = self.array()?;
        Some(byte)
    }

    pub(super) fn half(&mut self) -> Option<u16> {
        self.array().map(u16::from_ne_bytes)
    }

    pub(super) fn word(&mut self) -> Option<u32> {
        self.array().map(u32::from_ne_bytes)
    }

    /// Seven bits a byte, the lowest first.
    pub(super) fn unsigned(&mut self) -> Option<u64> {
        self.sevens().map(|(number, _, _)| number)
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let (number, bits, is_negative) = self.sevens()?;
        let above = if is_negative && bits < 64 { u64::MAX << bits } else { 0 };
        Some((number | above) as i64)
    }

    /// The number, of how many bits, and whether the highest of them is set.
    fn sevens(&mut self) -> Option<(u64, u32, bool)> {
        let (mut number, mut bits) = (0, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(bits)?;
            bits += 7;
            if byte & 0x80 == 0 {
                return Some((number, bits, byte & 0x40 != 0));
            }
        }
    }

    /// A text up to its NUL.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let text = self.take(self.bytes.iter().position(|byte| *byte == 0)?)?;
        self.byte()?;
        Some(text)
    }

    /// An address in one of the ways in which they are written there: `how` has its size in the lower half, in the
    /// upper one whether it counts from where it stands.
    pub(super) fn pointer(&mut self, how: u8) -> Option<usize> {
        let from = match how & 0x70 {
            0 => 0,
            0x10 => self.address,
            _ => return None,
        };
        let number = match how & 0x0f {
            0 => usize::from_ne_bytes(self.array()?),
            0x03 => usize::try_from(self.word()?).ok()?,
            0x0b => i32::from_ne_bytes(self.array()?) as usize,
            0x04 | 0x0c if size_of::<usize>() == 8 => usize::from_ne_bytes(self.array()?),
            _ => return None,
        };
        Some(from.wrapping_add(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_seven_bits_a_byte() {
        let bytes = [0x02, 0x80, 0x01, 0x7f, 0x80, 0x7f, 0x3f];
        let mut reader = Reader::new(&bytes, 100);
        assert_eq!((reader.unsigned(), reader.unsigned()), (Some(2), Some(128)));
        assert_eq!((reader.signed(), reader.signed(), reader.signed()), (Some(-1), Some(-128), Some(63)));
        assert_eq!((reader.unsigned(), reader.address), (None, 107));
        assert_eq!(Reader::new(&[0xff; 20], 0).unsigned(), None);
    }

    #[test]
    fn addresses_count_from_where_they_stand() {
        let bytes = (-4_i32).to_ne_bytes();
        assert_eq!(Reader::new(&bytes, 100).pointer(0x1b), Some(96));
        assert_eq!(Reader::new(&bytes, 100).pointer(0x3b), None);
        assert_eq!(Reader::new(&bytes[..3], 100).pointer(0x1b), None);
    }
}
