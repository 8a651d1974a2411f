//! What is known of a file.
#![forbid(unsafe_code)]

use std::time::{Duration, SystemTime};

use libc::{S_IFDIR, S_IFLNK, S_IFMT, S_IFREG};

use crate::sys::{uv_stat_t, uv_timespec_t};

/// What is known of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Stat {
    pub dev: u64,
    /// The kind of file, and what may be done with it by whom.
    pub mode: u32,
    pub nlink: u64,
    pub uid: u32,
    pub gid: u32,
    pub rdev: u64,
    pub ino: u64,
    pub size: u64,
    pub blksize: u64,
    pub blocks: u64,
    pub accessed: SystemTime,
    pub modified: SystemTime,
    pub changed: SystemTime,
    /// As far as the file system knows.
    pub created: SystemTime,
}

impl Stat {
    pub(super) fn of_c(stat: uv_stat_t) -> Stat {
        Stat {
            dev: stat.st_dev,
            // These three are of 32 bits in the system; C has all numbers in 64.
            mode: stat.st_mode as u32,
            uid: stat.st_uid as u32,
            gid: stat.st_gid as u32,
            nlink: stat.st_nlink,
            rdev: stat.st_rdev,
            ino: stat.st_ino,
            size: stat.st_size,
            blksize: stat.st_blksize,
            blocks: stat.st_blocks,
            accessed: time(stat.st_atim),
            modified: time(stat.st_mtim),
            changed: time(stat.st_ctim),
            created: time(stat.st_birthtim),
        }
    }

    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.mode & S_IFMT == S_IFREG
    }

    /// Whether it is a folder.
    pub fn is_dir(&self) -> bool {
        self.mode & S_IFMT == S_IFDIR
    }

    /// Whether it is a link.
    pub fn is_symlink(&self) -> bool {
        self.mode & S_IFMT == S_IFLNK
    }
}

/// A time before 1970 has negative seconds, and nanoseconds that go forward. One that is out of range is 1970.
fn time(time: uv_timespec_t) -> SystemTime {
    let seconds = Duration::from_secs((time.tv_sec as i128).unsigned_abs() as u64);
    let nanoseconds = Duration::from_nanos(u64::try_from(time.tv_nsec).unwrap_or(0));
    let second = if time.tv_sec < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(seconds)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(seconds)
    };
    second.and_then(|second| second.checked_add(nanoseconds)).unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970() {
        let half_a_second_before = time(uv_timespec_t { tv_sec: -1, tv_nsec: 500_000_000 });
        assert_eq!(
            SystemTime::UNIX_EPOCH.duration_since(half_a_second_before).unwrap(),
            Duration::from_millis(500)
        );
    }
}
