//! Limits that control groups set: processors and memory, version 1 and 2.

use std::fmt;
use std::str;

use crate::sys::procfs::{self, number};

/// Our group in the hierarchy that has a controller.
#[derive(Debug, PartialEq)]
enum Group<'a> {
    /// A hierarchy of its own for this controller and, it may be, others.
    V1(&'a str),
    /// The one for all controllers.
    V2(&'a str),
}

/// The path of a group, without a slash at its end; none if it is outside of our namespace, so not below the mount.
fn below_mount(path: &str) -> Option<&str> {
    let is_outside = procfs::pieces(path.as_bytes(), b'/').any(|name| name == b"..");
    let name_end = path.bytes().rposition(|byte| byte != b'/').map_or(0, |last| last + 1);
    path.get(..name_end).filter(|_| !is_outside)
}

/// The path of the group that holds this one.
fn parent(path: &str) -> Option<&str> {
    path.get(..path.bytes().rposition(|byte| byte == b'/')?)
}

/// Finds our group for a controller in the text of `/proc/self/cgroup`.
///
/// A line is "number:controllers:path". Version 2 has the number 0 and lists no controllers; where both
/// are in use, a controller belongs to the one that names it.
fn find<'a>(groups: &'a str, controller: &str) -> Option<Group<'a>> {
    let mut unified = None;
    for line in procfs::lines(groups.as_bytes()) {
        let mut fields = line.splitn(3, |byte| *byte == b':');
        let (Some(id), Some(controllers), Some(path)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let path = below_mount(str::from_utf8(path).unwrap_or_default());
        if procfs::pieces(controllers, b',').any(|name| name == controller.as_bytes()) {
            return Some(Group::V1(path.unwrap_or_default()));
        }
        if id == b"0" && controllers.is_empty() {
            // The group of the mount's root is another one: its limits are not ours.
            unified = path.map(Group::V2);
        }
    }
    unified
}

/// Longer than `/proc/self/cgroup` ever is.
type GroupsBuf = [u8; 4096];

/// The groups of this process.
fn own_groups(buf: &mut GroupsBuf) -> Option<&str> {
    std::str::from_utf8(procfs::read_start(c"/proc/self/cgroup", buf).ok()?).ok()
}

/// Long enough for two numbers.
type ValueBuf = [u8; 64];

/// Reads a file below the place where the hierarchies are mounted.
fn read<'a>(path: fmt::Arguments, buf: &'a mut ValueBuf) -> Option<&'a [u8]> {
    procfs::read_at(format_args!("/sys/fs/cgroup{path}"), buf).ok()
}

/// A number in a file, `u64::MAX` for the word "max", 0 if there is neither.
#[inline(never)]
fn read_limit(path: fmt::Arguments) -> u64 {
    let mut buf = [0; 64];
    let Some(text) = read(path, &mut buf) else { return 0 };
    number(text).unwrap_or(if text.trim_ascii() == b"max" { u64::MAX } else { 0 })
}

/// Whole processors in a quota: rounded down, at least 1; nothing if there is no quota.
fn whole_cpus(quota: Option<u64>, period: Option<u64>) -> Option<u64> {
    Some(quota?.checked_div(period?)?.max(1))
}

/// The processors that version 2 allows: the least of our group and those above it.
fn cpus_v2(path: &str) -> Option<u64> {
    let mut path = path;
    let mut least = None;
    loop {
        let limit = read(format_args!("{path}/cpu.max"), &mut [0; 64]).and_then(|text| {
            // "max 100000" has no number in front.
            let mut numbers = procfs::numbers(text);
            whole_cpus(numbers.next(), numbers.next())
        });
        least = least.into_iter().chain(limit).min();
        match parent(path) {
            Some(parent) => path = parent,
            None => return least,
        }
    }
}

/// The processors that version 1 allows. Within a container our group may be the mount itself.
fn cpus_v1(path: &str) -> Option<u64> {
    for hierarchy in ["/cpu", "/cpu,cpuacct"] {
        for path in [path, ""] {
            let mut buf = [0; 64];
            if let Some(quota) = read(format_args!("{hierarchy}{path}/cpu.cfs_quota_us"), &mut buf) {
                // A quota of -1 is none, and no number here.
                let quota = number(quota)?;
                let period =
                    read(format_args!("{hierarchy}{path}/cpu.cfs_period_us"), &mut [0; 64]).and_then(number);
                return whole_cpus(Some(quota), period);
            }
        }
    }
    None
}

/// How many processors the quota of our group comes to, at least 1; nothing if there is none.
pub(crate) fn cpu_limit() -> Option<u64> {
    match find(own_groups(&mut [0; 4096])?, "cpu")? {
        Group::V1(path) => cpus_v1(path),
        Group::V2(path) => cpus_v2(path),
    }
}

/// What version 1 writes for no limit: the largest number of whole pages.
fn none_is_max(limit: u64) -> u64 {
    let page = crate::sys::thread::page_size() as u64;
    if limit == i64::MAX as u64 & !(page - 1) { u64::MAX } else { limit }
}

/// The lower of the soft and the hard limit on memory.
fn lower_limit(group: Group) -> u64 {
    match group {
        Group::V1(path) => {
            let at = |path: &str| {
                let limit = |file: &str| none_is_max(read_limit(format_args!("/memory{path}/{file}")));
                let hard = limit("memory.limit_in_bytes");
                if hard == 0 { 0 } else { hard.min(limit("memory.soft_limit_in_bytes")) }
            };
            match at(path) {
                0 => at(""),
                limit => limit,
            }
        }
        Group::V2(path) => {
            let limit = |file: &str| read_limit(format_args!("{path}/{file}"));
            limit("memory.high").min(limit("memory.max"))
        }
    }
}

fn used_memory(group: Group) -> u64 {
    match group {
        Group::V1(path) => match read_limit(format_args!("/memory{path}/memory.usage_in_bytes")) {
            0 => read_limit(format_args!("/memory/memory.usage_in_bytes")),
            used => used,
        },
        Group::V2(path) => read_limit(format_args!("{path}/memory.current")),
    }
}

#[inline(never)]
fn with_memory_group(of_group: fn(Group) -> u64) -> u64 {
    own_groups(&mut [0; 4096]).and_then(|groups| find(groups, "memory")).map_or(0, of_group)
}

/// Bytes of memory that our group may have: 0 if unknown, `u64::MAX` if there is no limit.
pub(crate) fn memory_limit() -> u64 {
    with_memory_group(lower_limit)
}

/// Bytes of memory that our group has.
pub(crate) fn memory_used() -> u64 {
    with_memory_group(used_memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controllers_are_found_in_either_version() {
        let unified = "0::/user.slice/a\n";
        assert_eq!(find(unified, "cpu"), Some(Group::V2("/user.slice/a")));
        assert_eq!(find("0::/\n", "memory"), Some(Group::V2("")));
        assert_eq!(find("0::/../b\n", "memory"), None);
        assert_eq!(find("3:memory:/../b\n", "memory"), Some(Group::V1("")));

        let both = "12:memory:/docker/1\n4:cpu,cpuacct:/docker/2\n1:name=systemd:/x:y\n0::/system.slice\n";
        assert_eq!(find(both, "memory"), Some(Group::V1("/docker/1")));
        assert_eq!(find(both, "cpu"), Some(Group::V1("/docker/2")));
        assert_eq!(find(both, "pids"), Some(Group::V2("/system.slice")));
        assert_eq!(find("3:cpuset:/\n", "cpu"), None);
        assert_eq!(find("", "cpu"), None);
    }

    #[test]
    fn quotas_become_whole_processors() {
        assert_eq!(whole_cpus(Some(250_000), Some(100_000)), Some(2));
        assert_eq!(whole_cpus(Some(50_000), Some(100_000)), Some(1));
        assert_eq!(whole_cpus(Some(1), Some(0)), None);
        assert_eq!(whole_cpus(None, Some(100_000)), None);
    }

    #[test]
    fn the_limit_of_version_1_for_no_limit_is_known() {
        assert_eq!(
            none_is_max(0x7fff_ffff_ffff_ffff & !(crate::sys::thread::page_size() as u64 - 1)),
            u64::MAX
        );
        assert_eq!(none_is_max(1 << 30), 1 << 30);
    }
}
