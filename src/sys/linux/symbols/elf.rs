//! The names in a module's file, read with plain reads into memory of a fixed size: whatever the file says, and
//! whoever changes it meanwhile, nothing else is touched.

use std::mem::offset_of;
use std::os::fd::{AsRawFd, OwnedFd};

use crate::sys::errno::{Errno, UvResult};
use crate::sys::fd;
use crate::sys::own_memory;
use crate::sys::symbols::maps::{Mapping, terminated};
use crate::sys::symbols::place::ADDRESS_BITS;

/// A number as wide as an address.
type Word = usize;

/// The start of a file.
#[repr(C)]
struct Header {
    ident: [u8; 16],
    kind: u16,
    machine: u16,
    version: u32,
    entry: Word,
    segments_at: Word,
    sections_at: Word,
    flags: u32,
    size: u16,
    segment_size: u16,
    segments: u16,
    section_size: u16,
    sections: u16,
    names: u16,
}

/// What is to be mapped.
#[cfg(target_pointer_width = "64")]
#[repr(C)]
struct Segment {
    kind: u32,
    flags: u32,
    at: Word,
    address: Word,
    physical: Word,
    size_in_file: Word,
    size: Word,
    align: Word,
}

#[cfg(target_pointer_width = "32")]
#[repr(C)]
struct Segment {
    kind: u32,
    at: Word,
    address: Word,
    physical: Word,
    size_in_file: Word,
    size: Word,
    flags: u32,
    align: Word,
}

#[repr(C)]
struct Section {
    name: u32,
    kind: u32,
    flags: Word,
    address: Word,
    at: Word,
    size: Word,
    link: u32,
    info: u32,
    align: Word,
    entry_size: Word,
}

#[cfg(target_pointer_width = "64")]
#[repr(C)]
struct Symbol {
    name: u32,
    info: u8,
    other: u8,
    section: u16,
    value: Word,
    size: Word,
}

#[cfg(target_pointer_width = "32")]
#[repr(C)]
struct Symbol {
    name: u32,
    value: Word,
    size: Word,
    info: u8,
    other: u8,
    section: u16,
}

const SEGMENT_TO_LOAD: u32 = 1;
const SEGMENT_OF_EXCEPTIONS: u32 = 0x6474_e550;
const EXECUTABLE: u32 = 1;
const ALL_SYMBOLS: u32 = 2;
const SYMBOLS_TO_LINK: u32 = 11;
const FUNCTION: u8 = 2;
/// One whose place is chosen when the module is loaded.
const CHOSEN_FUNCTION: u8 = 10;
const GLOBAL: u8 = 1;

/// How much of a table is read at once: a whole number of symbols.
const PIECE: usize = 6144;

/// A field of a structure that `bytes` begin with.
macro_rules! field {
    ($bytes:expr, $structure:ident.$field:ident: $type:ty) => {
        number::<{ size_of::<$type>() }>($bytes, offset_of!($structure, $field)).map(<$type>::from_ne_bytes)
    };
}

fn number<const SIZE: usize>(bytes: &[u8], at: usize) -> Option<[u8; SIZE]> {
    bytes.get(at..at.checked_add(SIZE)?)?.try_into().ok()
}

/// What the system knows of a file.
pub(super) struct Stat {
    pub(super) is_regular: bool,
    pub(super) owner: libc::uid_t,
    device: (u32, u32),
    inode: u64,
}

impl Stat {
    pub(super) fn of(file: libc::c_int) -> Option<Stat> {
        let stat = fd::stat(file).ok()?;
        Some(Stat {
            is_regular: stat.st_mode & libc::S_IFMT == libc::S_IFREG,
            owner: stat.st_uid,
            device: (libc::major(stat.st_dev) as _, libc::minor(stat.st_dev) as _),
            inode: stat.st_ino,
        })
    }
}

/// A file in the format of this system's programs, or what lies in memory as if it had been read from one.
pub(super) struct Module {
    source: Source,
    header: [u8; size_of::<Header>()],
}

enum Source {
    File(OwnedFd),
    Memory(usize),
}

impl Source {
    fn read(&self, bytes: &mut [u8], at: u64) -> UvResult<usize> {
        match self {
            Source::File(file) => fd::read_bytes_at(file.as_raw_fd(), bytes, at),
            Source::Memory(start) => {
                let at = usize::try_from(at).ok().and_then(|at| start.checked_add(at));
                own_memory::read(at.ok_or(Errno::EFAULT)?, bytes)
            }
        }
    }
}

impl Module {
    /// What the mapping that has `address` in it is of, if that is known.
    pub(super) fn around(mapping: &Mapping<'_>, address: usize) -> Option<Module> {
        if mapping.is_kernels() {
            return Module::of(Source::Memory(mapping.id.start));
        }
        if mapping.is_file() { Module::open(mapping, address) } else { None }
    }

    /// The file that is mapped at `address`, if it is there and still the same.
    fn open(mapping: &Mapping<'_>, address: usize) -> Option<Module> {
        let mut room = [0; libc::PATH_MAX as usize];
        let path = terminated(mapping.path(), &mut room)?;
        // A path may lead to something else now, for which nobody shall wait.
        let file = fd::open(path, libc::O_RDONLY | libc::O_NONBLOCK | libc::O_NOCTTY).ok()?;
        let stat = Stat::of(file.as_raw_fd())?;
        if !stat.is_regular || !is_mapped(&file, &stat, mapping, address) {
            return None;
        }
        Module::of(Source::File(file))
    }

    fn of(source: Source) -> Option<Module> {
        let mut module = Module { source, header: [0; size_of::<Header>()] };
        let mut header = [0; size_of::<Header>()];
        module.read(&mut header, 0)?;
        module.header = header;
        let class = if size_of::<Word>() == 8 { 2 } else { 1 };
        let order = if cfg!(target_endian = "little") { 1 } else { 2 };
        header.starts_with(&[0x7f, b'E', b'L', b'F', class, order]).then_some(module)
    }

    /// Fills all of `bytes`.
    fn read(&self, bytes: &mut [u8], at: u64) -> Option<()> {
        let len = self.source.read(bytes, at).ok()?;
        (len == bytes.len()).then_some(())
    }

    /// The address, as the file counts them, of the code at that place in the file.
    pub(super) fn address_of(&self, at: u64) -> Option<usize> {
        let at = usize::try_from(at).ok()?;
        self.segments().find_map(|segment| {
            let is_code = field!(&segment, Segment.flags: u32)? & EXECUTABLE != 0;
            let offset = at.checked_sub(field!(&segment, Segment.at: Word)?)?;
            let is_here = offset < field!(&segment, Segment.size_in_file: Word)?;
            if field!(&segment, Segment.kind: u32)? != SEGMENT_TO_LOAD || !is_code || !is_here {
                return None;
            }
            field!(&segment, Segment.address: Word)?.checked_add(offset)
        })
    }

    /// The address, as the file counts them, of the index to what is to be done for exceptions.
    pub(super) fn exception_index(&self) -> Option<usize> {
        self.segments().find_map(|segment| {
            let is_it = field!(&segment, Segment.kind: u32)? == SEGMENT_OF_EXCEPTIONS;
            if is_it { field!(&segment, Segment.address: Word) } else { None }
        })
    }

    fn segments(&self) -> impl Iterator<Item = [u8; size_of::<Segment>()]> {
        let count = field!(&self.header, Header.segments: u16).map_or(0, usize::from);
        (0..count).map_while(|index| {
            let start = field!(&self.header, Header.segments_at: Word)?;
            let size = usize::from(field!(&self.header, Header.segment_size: u16)?);
            let mut segment = [0; size_of::<Segment>()];
            self.read(&mut segment, start.checked_add(index.checked_mul(size)?)? as u64)?;
            Some(segment)
        })
    }

    /// The name, in `room`, of the function at an address of the file's, and how far into it that is: from the
    /// table of all symbols, if it was not stripped, or that of the exported ones.
    pub(super) fn function_at<'a>(&self, address: usize, room: &'a mut [u8]) -> Option<(&'a [u8], usize)> {
        let table = self.table(ALL_SYMBOLS).or_else(|| self.table(SYMBOLS_TO_LINK))?;
        let best = self.search(&table, address)?;
        let len = self.name(&table, best.name, room)?;
        Some((room.get(..len)?, address.checked_sub(best.value)?))
    }

    fn section(&self, index: u32) -> Option<[u8; size_of::<Section>()]> {
        let start = field!(&self.header, Header.sections_at: Word)?;
        let size = usize::from(field!(&self.header, Header.section_size: u16)?);
        if index >= u32::from(field!(&self.header, Header.sections: u16)?) || start == 0 {
            return None;
        }
        let mut section = [0; size_of::<Section>()];
        self.read(&mut section, start.checked_add(size.checked_mul(usize::try_from(index).ok()?)?)? as u64)?;
        Some(section)
    }

    fn table(&self, kind: u32) -> Option<Table> {
        (1..u32::from(field!(&self.header, Header.sections: u16)?)).find_map(|index| {
            let section = self.section(index)?;
            if field!(&section, Section.kind: u32)? != kind
                || field!(&section, Section.entry_size: Word)? != size_of::<Symbol>()
            {
                return None;
            }
            let names = self.section(field!(&section, Section.link: u32)?)?;
            Some(Table {
                at: field!(&section, Section.at: Word)?,
                size: field!(&section, Section.size: Word)?,
                names_at: field!(&names, Section.at: Word)?,
                names_size: field!(&names, Section.size: Word)?,
            })
        })
    }

    fn search(&self, table: &Table, address: usize) -> Option<Candidate> {
        let mut best: Option<Candidate> = None;
        let mut read: usize = 0;
        while read < table.size {
            let mut piece = [0; PIECE];
            let at = table.at.checked_add(read)? as u64;
            let Ok(len @ 1..) = self.source.read(&mut piece, at) else { break };
            let len = len.min(table.size - read);
            for symbol in piece.get(..len)?.chunks_exact(size_of::<Symbol>()) {
                let Some(found) = Candidate::of(symbol, address) else { continue };
                if best.is_none_or(|best| self.is_better(table, &found, &best)) {
                    best = Some(found);
                }
            }
            // A file that ends early: what is left is less than a symbol, or read again.
            let whole = len - len % size_of::<Symbol>();
            if whole == 0 {
                break;
            }
            read = read.checked_add(whole)?;
        }
        best
    }

    /// Of two functions at one place the one with the more public name.
    fn is_better(&self, table: &Table, one: &Candidate, other: &Candidate) -> bool {
        let order = |of: &Candidate| (of.has_size, of.value);
        if order(one) != order(other) {
            return order(one) > order(other);
        }
        let underscores = |of: &Candidate| {
            let mut start = [0; 4];
            let len = self.name(table, of.name, &mut start).unwrap_or(0);
            start.get(..len).unwrap_or_default().iter().take_while(|byte| **byte == b'_').count()
        };
        (one.is_global, std::cmp::Reverse(underscores(one)))
            > (other.is_global, std::cmp::Reverse(underscores(other)))
    }

    /// Reads a name, or as much of it as there is room for. Returns its length.
    fn name(&self, table: &Table, name: u32, room: &mut [u8]) -> Option<usize> {
        let name = usize::try_from(name).ok()?;
        let left = table.names_size.checked_sub(name)?;
        let limit = left.min(room.len());
        let room = room.get_mut(..limit)?;
        let at = table.names_at.checked_add(name)? as u64;
        let len = self.source.read(room, at).ok()?;
        let text = room.get(..len)?;
        let end = text.iter().position(|byte| *byte == 0).unwrap_or(len);
        (end > 0).then_some(end)
    }
}

/// A table of symbols, and that of their names.
struct Table {
    at: usize,
    size: usize,
    names_at: usize,
    names_size: usize,
}

/// A function that may be the one.
#[derive(Clone, Copy)]
struct Candidate {
    value: usize,
    name: u32,
    /// It says how long it is. If not, it may be over where another one begins.
    has_size: bool,
    is_global: bool,
}

impl Candidate {
    fn of(symbol: &[u8], address: usize) -> Option<Candidate> {
        let info = field!(symbol, Symbol.info: u8)?;
        if !matches!(info & 15, FUNCTION | CHOSEN_FUNCTION) || field!(symbol, Symbol.section: u16)? == 0 {
            return None;
        }
        let value = field!(symbol, Symbol.value: Word)? & ADDRESS_BITS;
        let size = field!(symbol, Symbol.size: Word)?;
        let offset = address.checked_sub(value)?;
        (size == 0 || offset < size).then_some(Candidate {
            value,
            name: field!(symbol, Symbol.name: u32)?,
            has_size: size != 0,
            is_global: info >> 4 == GLOBAL,
        })
    }
}

/// Whether a file is the one that was mapped, and not one that took its name.
fn is_mapped(file: &OwnedFd, stat: &Stat, mapping: &Mapping<'_>, address: usize) -> bool {
    let same_file = stat.inode == mapping.id.inode;
    if same_file && stat.device == mapping.id.device {
        return true;
    }
    // Some file systems have other numbers for files than for what is mapped of them.
    let (mut there, mut here) = ([0; 64], [0; 64]);
    let len = there.len().min(mapping.id.end.saturating_sub(address));
    let (Some(there), Some(here)) = (there.get_mut(..len), here.get_mut(..len)) else { return false };
    match own_memory::read(address, here) {
        Ok(read) if read == len => {
            let at = mapping.file_offset_of(address);
            fd::read_bytes_at(file.as_raw_fd(), there, at) == Ok(len) && here == there
        }
        _ => same_file,
    }
}
