//! The names that a program has given to a loop and its handles: a table by address, empty where it names nothing.

#![forbid(unsafe_code)]

use std::ffi::CStr;

use crate::abi::UV_EXT_NAME_SIZE;
use crate::sys::c_text::CText;
use crate::sys::errno::{Errno, UvResult};

pub(crate) type Name = CText<UV_EXT_NAME_SIZE>;

/// A text as a name; none if it is empty. It may stand in lines and answers, so what would end or colour them is
/// refused (`UV_EINVAL`), as is what is longer than a name may be (`UV_ENAMETOOLONG`).
pub(crate) fn name(text: &CStr) -> UvResult<Option<Name>> {
    let text = text.to_str().map_err(|_| Errno::EINVAL)?;
    if text.chars().any(char::is_control) {
        return Err(Errno::EINVAL);
    }
    if text.is_empty() { Ok(None) } else { Name::joined(&[text.as_bytes()]).map(Some) }
}

/// In the order of the addresses.
pub(crate) struct Names(Vec<(usize, Name)>);

impl Names {
    pub(crate) const fn new() -> Names {
        Names(Vec::new())
    }

    #[inline(never)]
    fn place(&self, address: usize) -> Result<usize, usize> {
        self.0.binary_search_by_key(&address, |(named, _)| *named)
    }

    pub(crate) fn get(&self, address: usize) -> Option<Name> {
        let place = self.place(address).ok()?;
        self.0.get(place).map(|(_, name)| *name)
    }

    /// What had been there before goes: its memory is another's now.
    pub(crate) fn set(&mut self, address: usize, name: Name) -> UvResult {
        match self.place(address) {
            Ok(place) => {
                if let Some((_, old)) = self.0.get_mut(place) {
                    *old = name;
                }
            }
            Err(place) => {
                self.0.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
                self.0.insert(place, (address, name));
            }
        }
        Ok(())
    }

    pub(crate) fn remove(&mut self, address: usize) {
        if let Ok(place) = self.place(address) {
            self.0.remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(names: &Names) -> Vec<(usize, String)> {
        names.0.iter().map(|(address, name)| (*address, name.get().to_str().unwrap().to_string())).collect()
    }

    #[test]
    fn names_are_short_texts_of_one_line() {
        assert_eq!(name(c"caf\xc3\xa9 1").unwrap().unwrap().get(), c"caf\xc3\xa9 1");
        assert!(name(c"").unwrap().is_none());
        assert!(name(c"0123456789012345678901234567890").unwrap().is_some());
        assert_eq!(name(c"01234567890123456789012345678901").err(), Some(Errno::ENAMETOOLONG));
        for wrong in [c"two\nlines", c"\x1b[1m", c"\xff", c"\xc2\x9b"] {
            assert_eq!(name(wrong).err(), Some(Errno::EINVAL), "{wrong:?}");
        }
    }

    #[test]
    fn each_address_has_the_name_it_was_given_last() {
        let mut names = Names::new();
        let a_name = |text| name(text).unwrap().unwrap();
        for address in [5, 1, 9, 3] {
            names.set(address, a_name(c"first")).unwrap();
        }
        names.set(9, a_name(c"second")).unwrap();
        names.remove(1);
        names.remove(2);
        assert_eq!(known(&names), [(3, "first".into()), (5, "first".into()), (9, "second".into())]);
        assert_eq!(names.get(9).unwrap().get(), c"second");
        assert!(names.get(1).is_none());
    }
}
