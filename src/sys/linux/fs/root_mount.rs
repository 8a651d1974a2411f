//! The mount that the process's root directory is on: absolute paths that leave no mount lead there, so that it need
//! not be asked for each of them.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

use super::mount::mount_of;
use super::stat::{Mount, Target};
use crate::sys::errno::Errno;
use crate::sys::fs::file;

const UNKNOWN: u64 = 0;
/// The system cannot tell, or the process has changed its root since it was asked.
const NEVER: u64 = u64::MAX;

/// After a path that led to another mount, so many are not tried: the next ones lead there, too, more often than not.
const PAUSE: u8 = 31;

pub(super) struct RootMount {
    number: AtomicU64,
    pause: AtomicU8,
}

impl RootMount {
    pub(super) const fn new() -> RootMount {
        RootMount { number: AtomicU64::new(UNKNOWN), pause: AtomicU8::new(0) }
    }

    /// The root's mount, if it is worth trying whether a path leaves it.
    pub(super) fn get(&self) -> Option<Mount> {
        match self.number.load(Relaxed) {
            NEVER => return None,
            UNKNOWN => self.ask(),
            _ => {}
        }
        // Two threads at once may count one: it only is a hint.
        let pause = self.pause.load(Relaxed);
        if pause > 0 {
            self.pause.store(pause - 1, Relaxed);
            return None;
        }
        Some(self.number.load(Relaxed)).filter(|&number| number != NEVER).map(Mount)
    }

    #[cold]
    fn ask(&self) {
        let opened = file::open(c"/", libc::O_PATH, 0);
        let number = match opened.and_then(|root| mount_of(Target::Descriptor(root.fd()))) {
            Ok(mount) => mount.0,
            Err(Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM) => return,
            Err(_) => NEVER,
        };
        self.number.store(number, Relaxed);
    }

    /// A path has left the root's mount, or is not cached.
    pub(super) fn was_left(&self) {
        self.pause.store(PAUSE, Relaxed);
    }

    /// What did not leave the root's mount is on `mount`. Whether it is that: if not, the root has changed (chroot(2),
    /// pivot_root(2), or a thread with a root of its own), and nothing is supposed of it from now on.
    pub(super) fn is_still(&self, root: Mount, mount: Option<Mount>) -> bool {
        let same = mount == Some(root);
        if !same {
            self.number.store(NEVER, Relaxed);
        }
        same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// None where the system cannot tell mounts.
    fn known() -> Option<(RootMount, Mount)> {
        let root = RootMount::new();
        let mount = root.get()?;
        Some((root, mount))
    }

    #[test]
    fn it_is_tried_again_some_time_after_it_was_left() {
        let Some((root, mount)) = known() else { return };
        root.was_left();
        for _ in 0..PAUSE {
            assert_eq!(root.get(), None);
        }
        assert_eq!(root.get(), Some(mount));
    }

    #[test]
    fn nothing_is_supposed_of_a_root_that_has_changed() {
        let Some((root, mount)) = known() else { return };
        assert!(root.is_still(mount, Some(mount)));
        assert_eq!(root.get(), Some(mount));
        assert!(!root.is_still(mount, Some(Mount::unique(1 << 40))));
        assert_eq!(root.get(), None);
    }
}
