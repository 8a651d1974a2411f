//! The entries of a directory that was read as a whole, sorted by name.

#![forbid(unsafe_code)]

use std::cmp::Ordering;
use std::ffi::{CStr, c_char};
use std::ops::Range;

use super::dirent::dirent_type;
use crate::abi::*;
use crate::sys::errno::{Errno, UvResult};
use crate::sys::fs::{dir, file};

/// The words that one call reads entries into.
const BLOCK: usize = 32 * 1024 / size_of::<u64>();

/// What `req.ptr` points to.
pub(crate) struct Listing {
    entries: Vec<Entry>,
    /// All names, each with its end.
    names: Vec<u8>,
}

struct Entry {
    /// The first bytes of the name, as a number that sorts as they do.
    key: u64,
    /// Where its name begins, and how long it is.
    start: u32,
    len: u16,
    kind: u8,
}

impl Entry {
    fn name(&self) -> Range<usize> {
        let start = self.start as usize;
        start..start + usize::from(self.len)
    }
}

fn key(name: &[u8]) -> u64 {
    let mut bytes = [0; size_of::<u64>()];
    for (to, &from) in bytes.iter_mut().zip(name) {
        *to = from;
    }
    u64::from_be_bytes(bytes)
}

/// Apart from the sort, which compares at some fifty places.
#[inline(never)]
fn by_name(names: &[u8], a: &Entry, b: &Entry) -> Ordering {
    let name = |entry: &Entry| names.get(entry.name());
    name(a).cmp(&name(b))
}

/// Makes room for so many more, and a quarter of what there is: it stays as long as the listing.
fn make_room<T>(items: &mut Vec<T>, more: usize) -> UvResult {
    if items.capacity() - items.len() >= more {
        return Ok(());
    }
    items.try_reserve_exact(more + items.len() / 4 + 16).map_err(|_| Errno::ENOMEM)
}

impl Listing {
    /// Reads the directory at `path`.
    pub(crate) fn of(path: &CStr) -> UvResult<Listing> {
        let mut listing = Listing { entries: Vec::new(), names: Vec::new() };
        listing.read(path)?;
        listing.sort();
        Ok(listing)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// An entry, for as long as the listing stays.
    pub(crate) fn get(&self, index: usize) -> Option<uv_dirent_t> {
        let entry = self.entries.get(index)?;
        Some(uv_dirent_t { name: self.name(entry), r#type: dirent_type(entry.kind) })
    }

    fn add(&mut self, entry: dir::Entry) -> UvResult {
        let bytes = entry.name.to_bytes();
        make_room(&mut self.names, bytes.len() + 1)?;
        make_room(&mut self.entries, 1)?;
        let start = u32::try_from(self.names.len()).map_err(|_| Errno::ENOMEM)?;
        let len = u16::try_from(bytes.len()).map_err(|_| Errno::ENAMETOOLONG)?;
        self.entries.push(Entry { key: key(bytes), start, len, kind: entry.kind });
        self.names.extend_from_slice(bytes);
        self.names.push(0);
        Ok(())
    }

    fn read(&mut self, path: &CStr) -> UvResult {
        let flags = libc::O_RDONLY | libc::O_NONBLOCK | libc::O_DIRECTORY;
        let opened = file::open(path, flags, 0)?;
        let mut block = Vec::new();
        block.try_reserve_exact(BLOCK).map_err(|_| Errno::ENOMEM)?;
        block.resize(BLOCK, 0);
        dir::for_each(opened.fd(), &mut block, |entry| self.add(entry))
    }

    fn sort(&mut self) {
        let names = &self.names;
        self.entries.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| by_name(names, a, b)));
    }

    /// A C string: every name was stored with its end.
    fn name(&self, entry: &Entry) -> *const c_char {
        self.names.get(entry.start as usize..).unwrap_or_default().as_ptr().cast()
    }
}
