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

use self::kept::KEPT;
use self::maps::Mapping;
pub(crate) use self::place::Place;
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

/// Has `tell` look at what the system and the files say of `address`; once, whatever they say.
fn resolve(address: usize, tell: &mut dyn FnMut(Option<&Mapping<'_>>, &Place<'_>)) {
    let found = maps::with(address, &mut |mapping| in_mapping(mapping, address, tell));
    if found.is_none() {
        tell(None, &Place { address, ..Place::default() });
    }
}

fn in_mapping(mapping: &Mapping<'_>, address: usize, tell: &mut dyn FnMut(Option<&Mapping<'_>>, &Place<'_>)) {
    let mut room = [0; NAME_MAX];
    let module = mapping.module();
    let nameless = Place { function: "", module, offset: mapping.offset_of(address), address };
    if mapping.is_file() {
        let file = elf::Module::open(mapping, address);
        let at = file.as_ref().and_then(|file| file.address_of(mapping.file_offset_of(address)));
        let nameless = Place { offset: at.unwrap_or(nameless.offset), ..nameless };
        match file.zip(at).and_then(|(file, at)| file.function_at(at, &mut room)) {
            Some((name, offset)) => tell_named(name, offset, mapping, &nameless, tell),
            None => tell(Some(mapping), &nameless),
        }
    } else if mapping.is_kernels() {
        tell(Some(mapping), &nameless);
    } else {
        // Code that nobody read from a file: whoever made it may have said what it is.
        match jit::function_at(address, &mut room) {
            // It may be another function's soon, so it is not kept.
            Some((name, offset)) => {
                tell_named(name, offset, mapping, &nameless, &mut |_, place| tell(None, place))
            }
            None => tell(None, &Place { address, ..Place::default() }),
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
