//! Which mounts are of local file systems: there, what is cached is true.

#![forbid(unsafe_code)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

use crate::sys::fs::cached;
use crate::sys::fs::stat::{Mount, Target};

/// File systems that change through this kernel only, by their magic numbers: ext2 to ext4, XFS,
/// Btrfs, F2FS, bcachefs, tmpfs, ramfs, overlayfs, squashfs, EROFS, ISO 9660, FAT, exFAT, NTFS3.
const LOCAL: [u32; 14] = [
    0x0000_ef53,
    0x5846_5342,
    0x9123_683e,
    0xf2f5_2010,
    0xca45_1a4e,
    0x0102_1994,
    0x8584_58f6,
    0x794c_7630,
    0x7371_7368,
    0xe0f5_e1e2,
    0x0000_9660,
    0x0000_4d44,
    0x2011_bab0,
    0x7366_746e,
];

const SLOTS: usize = 32;
const LOCAL_BIT: u64 = 1 << 63;

/// The mounts that were asked about: their names, with [`LOCAL_BIT`] for those that are local. When
/// all slots are taken the oldest gives way.
static KNOWN: [AtomicU64; SLOTS] = [const { AtomicU64::new(0) }; SLOTS];
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// Whether the mount is local, if it was asked about.
#[inline(never)]
pub(super) fn is_local(mount: Mount) -> Option<bool> {
    let mut asked = KNOWN.iter().take(NEXT.load(Relaxed)).map(|slot| slot.load(Relaxed));
    let found = asked.find(|known| known & !LOCAL_BIT == mount.0)?;
    Some(found & LOCAL_BIT != 0)
}

/// Asks about the mount that holds a file. This may wait for a server.
pub(super) fn ask(target: Target, mount: Mount) {
    if mount.0 & LOCAL_BIT != 0 {
        return;
    }
    let Ok(kind) = cached::kind_of(target, mount) else { return };
    let local = if LOCAL.contains(&kind) { LOCAL_BIT } else { 0 };
    if let Some(slot) = KNOWN.get(NEXT.fetch_add(1, Relaxed) % SLOTS) {
        slot.store(mount.0 | local, Relaxed);
    }
}
