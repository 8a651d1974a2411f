//! What lies at an address of the program's code: `on_read`, or `libfoo.so+0x1139` where the file tells no name.
//!
//! For threads that must not disturb: no memory but the caller's stack (about 24 KB) and a table of a fixed size, no
//! lock of the loader or of the C library, no mapped file that could be cut short meanwhile. Modules are found in
//! `/proc/self/maps`, names in the file on disk, if that still is what was mapped; where anything is missing, such as
//! `/proc`, a descriptor, or the module itself, the address stands for itself.
//!
//! - [`look_up`]`(address, tell)`: `tell` gets a [`Place`]: function, module, offset. `Place` is `Display`.
//! - [`describe`]`(address, out)`: the same as text.
//!
//! Answers are kept, and asked for again when the mapping that they are about has changed.

#![forbid(unsafe_code)]

mod elf;
mod jit;
mod kept;
mod mangled;
mod maps;
mod place;

use std::fmt;
use std::ops::Range;

use self::kept::KEPT;
use self::maps::Mapping;
pub(crate) use self::place::{InFull, Place};
use crate::sys::errno;

/// The longest name of a function, as its module has it, that is looked at.
const NAME_MAX: usize = 512;

/// Has `tell` look at what is at `address`. Leaves errno alone.
pub(crate) fn look_up(address: usize, tell: &mut dyn FnMut(&Place<'_>)) {
    let address = address & place::ADDRESS_BITS;
    errno::preserved(|| {
        let known = KEPT.try_with(|kept| match kept.find(address) {
            Some(place) => tell(&place),
            None => resolve(address, &mut |mapping, place| {
                if let Some(mapping) = mapping {
                    kept.keep(mapping, place);
                }
                tell(place);
            }),
        });
        if known.is_none() {
            resolve(address, &mut |_, place| tell(place));
        }
    });
}

/// Writes what is at `address`.
pub(crate) fn describe(address: usize, out: &mut dyn fmt::Write) -> fmt::Result {
    let mut result = Ok(());
    look_up(address, &mut |place| result = write!(out, "{place}"));
    result
}

/// Writes what is at `address`, and where in its module.
pub(crate) fn describe_in_full(address: usize, out: &mut dyn fmt::Write) -> fmt::Result {
    let mut result = Ok(());
    look_up(address, &mut |place| result = write!(out, "{}", InFull(place)));
    result
}

/// Where the function at `address` begins, if it has a name.
pub(crate) fn start_of(address: usize) -> Option<usize> {
    let mut start = None;
    look_up(address, &mut |place| {
        start = address.checked_sub(place.offset).filter(|_| !place.function.is_empty());
    });
    start
}

/// Where the index is to what the module of the code at `address` has for exceptions (`.eh_frame_hdr`).
pub(crate) fn exception_index(address: usize) -> Option<usize> {
    let mut index = None;
    maps::with(address, &mut |mapping| {
        let module = elf::Module::around(mapping, address);
        index = module.and_then(|module| {
            let at = module.address_of(mapping.file_offset_of(address))?;
            Some(address.wrapping_sub(at).wrapping_add(module.exception_index()?))
        });
    });
    index
}

/// Has `tell` look at where code is, for as long as it wants more.
pub(crate) fn each_code(tell: &mut dyn FnMut(Range<usize>) -> bool) {
    maps::each(&mut |mapping| tell(mapping.id.start..mapping.id.end));
}

/// Where the memory ends that is mapped as one piece around `address`.
pub(crate) fn end_of_memory(address: usize) -> Option<usize> {
    maps::end_around(address)
}

/// Has `tell` look at what the system and the files say of `address`; once, whatever they say.
fn resolve(address: usize, tell: &mut dyn FnMut(Option<&Mapping<'_>>, &Place<'_>)) {
    let found = maps::with(address, &mut |mapping| in_mapping(mapping, address, tell));
    if found.is_none() {
        tell(None, &Place { address, ..Place::default() });
    }
}

fn in_mapping(mapping: &Mapping<'_>, address: usize, tell: &mut dyn FnMut(Option<&Mapping<'_>>, &Place<'_>)) {
    let mut room = [0; NAME_MAX];
    if mapping.is_file() || mapping.is_kernels() {
        let file = elf::Module::around(mapping, address);
        let at = file.as_ref().and_then(|file| file.address_of(mapping.file_offset_of(address)));
        let module = mapping.module();
        let in_module = at.unwrap_or_else(|| mapping.offset_of(address));
        let nameless = Place { function: "", module, offset: in_module, in_module, address };
        match file.zip(at).and_then(|(file, at)| file.function_at(at, &mut room)) {
            Some((name, offset)) => tell_named(name, offset, mapping, &nameless, tell),
            None => tell(Some(mapping), &nameless),
        }
    } else {
        // Code that nobody read from a file: whoever made it may have said what it is.
        let nameless = Place { address, ..Place::default() };
        match jit::function_at(address, &mut room) {
            // It may be another function's soon, so it is not kept.
            Some((name, offset)) => {
                tell_named(name, offset, mapping, &nameless, &mut |_, place| tell(None, place))
            }
            None => tell(None, &nameless),
        }
    }
}

fn tell_named(
    name: &[u8],
    offset: usize,
    mapping: &Mapping<'_>,
    nameless: &Place<'_>,
    tell: &mut dyn FnMut(Option<&Mapping<'_>>, &Place<'_>),
) {
    let mut room = [0; NAME_MAX];
    tell(Some(mapping), &Place { function: mangled::readable(name, &mut room), offset, ..*nameless });
}
