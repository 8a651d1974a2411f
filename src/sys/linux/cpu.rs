//! Processors: models, speeds and the time they spent.

use crate::sys::errno::{Errno, UvResult};
use crate::sys::procfs::{self, number, numbers};
use crate::sys::thread;

/// Time spent, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Times {
    pub(crate) user: u64,
    pub(crate) nice: u64,
    pub(crate) sys: u64,
    pub(crate) idle: u64,
    pub(crate) irq: u64,
}

/// A processor that is online.
#[derive(Debug, PartialEq)]
pub(crate) struct Cpu {
    number: u64,
    pub(crate) times: Times,
    /// The place of its model in [`Cpus::models`].
    pub(crate) model: usize,
    /// Its highest speed in MHz, 0 if the system does not say.
    pub(crate) speed: u64,
}

/// All processors that are online, and the models there are; the first stands for an unknown one.
pub(crate) struct Cpus {
    pub(crate) list: Vec<Cpu>,
    pub(crate) models: Vec<Vec<u8>>,
}

/// How many processors the calling thread may use: its affinity, or else all that are online.
pub(crate) fn usable() -> usize {
    // SAFETY: no arguments to get wrong.
    let online = || usize::try_from(unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) }).unwrap_or(1);
    thread::usable_cpus().unwrap_or_else(online).max(1)
}

pub(crate) fn read() -> UvResult<Cpus> {
    // SAFETY: no arguments to get wrong.
    let ticks = u64::try_from(unsafe { libc::sysconf(libc::_SC_CLK_TCK) }).unwrap_or(100).max(1);
    let mut cpus = Cpus { list: parse_times(&procfs::read_all(c"/proc/stat")?, ticks)?, models: Vec::new() };
    push(&mut cpus.models, copy(b"unknown")?)?;
    if let Ok(text) = procfs::read_all(c"/proc/cpuinfo") {
        parse_models(&text, &mut cpus)?;
    }
    for cpu in &mut cpus.list {
        // The highest speed, not the current one: some firmware takes milliseconds to tell that.
        let mut text = [0; 32];
        let khz = procfs::read_at(
            format_args!("/sys/devices/system/cpu/cpu{}/cpufreq/scaling_max_freq", cpu.number),
            &mut text,
        );
        cpu.speed = khz.ok().and_then(number).unwrap_or(0) / 1000;
    }
    Ok(cpus)
}

/// The lines "cpu0 ..." of `/proc/stat`, which hold times in ticks.
fn parse_times(text: &[u8], ticks_per_second: u64) -> UvResult<Vec<Cpu>> {
    let mut list = Vec::new();
    for line in procfs::lines(text) {
        // The first line, "cpu ", is the sum.
        let Some(line) = line.strip_prefix(b"cpu").filter(|rest| !rest.starts_with(b" ")) else { continue };
        let mut fields = numbers(line);
        let Some(number) = fields.next() else { continue };
        let mut ms = [0; 6];
        for (ms, ticks) in ms.iter_mut().zip(fields) {
            *ms = ticks.saturating_mul(1000) / ticks_per_second;
        }
        let [user, nice, sys, idle, _iowait, irq] = ms;
        push(&mut list, Cpu { number, times: Times { user, nice, sys, idle, irq }, model: 0, speed: 0 })?;
    }
    Ok(list)
}

/// The field of `/proc/cpuinfo` that names the model.
const MODEL_FIELD: &[u8] = if cfg!(target_arch = "aarch64") {
    b"CPU part"
} else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
    b"cpu"
} else if cfg!(any(target_arch = "mips", target_arch = "mips64")) {
    b"cpu model"
} else if cfg!(target_arch = "loongarch64") {
    b"cpu family"
} else {
    b"model name"
};

/// Notes the model of each processor: `/proc/cpuinfo` has a block of lines "name : value" for each.
fn parse_models(text: &[u8], cpus: &mut Cpus) -> UvResult {
    let mut current = None;
    for line in procfs::lines(text) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (field, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        if field == b"processor" {
            current = number(value);
        } else if field == MODEL_FIELD {
            let Some(cpu) = cpus.list.iter_mut().find(|cpu| Some(cpu.number) == current) else { continue };
            cpu.model = place_of(model_name(value), &mut cpus.models)?;
        }
    }
    Ok(())
}

/// The place of a model, which is added if it is new.
fn place_of(model: &[u8], models: &mut Vec<Vec<u8>>) -> UvResult<usize> {
    if let Some(place) = models.iter().position(|known| known == model) {
        return Ok(place);
    }
    push(models, copy(model)?)?;
    Ok(models.len() - 1)
}

fn model_name(value: &[u8]) -> &[u8] {
    if !cfg!(target_arch = "aarch64") {
        return value;
    }
    arm_part(value).map_or(&b"unknown"[..], str::as_bytes)
}

/// The name for a part number of Arm.
fn arm_part(part: &[u8]) -> Option<&'static str> {
    Some(match part {
        b"0x811" => "ARM810",
        b"0x920" => "ARM920",
        b"0x922" => "ARM922",
        b"0x926" => "ARM926",
        b"0x940" => "ARM940",
        b"0x946" => "ARM946",
        b"0x966" => "ARM966",
        b"0xa20" => "ARM1020",
        b"0xa22" => "ARM1022",
        b"0xa26" => "ARM1026",
        b"0xb02" => "ARM11 MPCore",
        b"0xb36" => "ARM1136",
        b"0xb56" => "ARM1156",
        b"0xb76" => "ARM1176",
        b"0xc05" => "Cortex-A5",
        b"0xc07" => "Cortex-A7",
        b"0xc08" => "Cortex-A8",
        b"0xc09" => "Cortex-A9",
        b"0xc0d" | b"0xc0e" => "Cortex-A17",
        b"0xc0f" => "Cortex-A15",
        b"0xc14" => "Cortex-R4",
        b"0xc15" => "Cortex-R5",
        b"0xc17" => "Cortex-R7",
        b"0xc18" => "Cortex-R8",
        b"0xc20" => "Cortex-M0",
        b"0xc21" => "Cortex-M1",
        b"0xc23" => "Cortex-M3",
        b"0xc24" => "Cortex-M4",
        b"0xc27" => "Cortex-M7",
        b"0xc60" => "Cortex-M0+",
        b"0xd01" => "Cortex-A32",
        b"0xd03" => "Cortex-A53",
        b"0xd04" => "Cortex-A35",
        b"0xd05" => "Cortex-A55",
        b"0xd06" => "Cortex-A65",
        b"0xd07" => "Cortex-A57",
        b"0xd08" => "Cortex-A72",
        b"0xd09" => "Cortex-A73",
        b"0xd0a" => "Cortex-A75",
        b"0xd0b" => "Cortex-A76",
        b"0xd0c" => "Neoverse-N1",
        b"0xd0d" => "Cortex-A77",
        b"0xd0e" => "Cortex-A76AE",
        b"0xd13" => "Cortex-R52",
        b"0xd20" => "Cortex-M23",
        b"0xd21" => "Cortex-M33",
        b"0xd41" => "Cortex-A78",
        b"0xd42" => "Cortex-A78AE",
        b"0xd4a" => "Neoverse-E1",
        b"0xd4b" => "Cortex-A78C",
        b"0xd4f" => "Neoverse-V2",
        _ => return None,
    })
}

fn copy(bytes: &[u8]) -> UvResult<Vec<u8>> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(bytes.len()).map_err(|_| Errno::ENOMEM)?;
    copy.extend_from_slice(bytes);
    Ok(copy)
}

fn push<T>(items: &mut Vec<T>, item: T) -> UvResult {
    items.try_reserve(1).map_err(|_| Errno::ENOMEM)?;
    items.push(item);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &[u8] =
        b"cpu  9 9 9 9 9 9 9 0 0 0\ncpu0 1 2 3 4 5 6 7 0 0 0\ncpu2 10 0 0 0 0 1\nintr 5 6\nctxt 1\n";

    #[test]
    fn times_are_read_per_processor() {
        let list = parse_times(STAT, 100).unwrap();
        assert_eq!(list.iter().map(|cpu| cpu.number).collect::<Vec<_>>(), [0, 2]);
        assert_eq!(list[0].times, Times { user: 10, nice: 20, sys: 30, idle: 40, irq: 60 });
        assert_eq!(list[1].times, Times { user: 100, irq: 10, ..Times::default() });
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn models_go_to_their_processors() {
        let info =
            b"processor\t: 0\nvendor_id\t: A\nmodel name\t: Big: 1\n\nprocessor\t: 1\nmodel name\t: Off\n\n\
            processor\t: 2\nmodel name\t: Little\n";
        let mut cpus = Cpus { list: parse_times(STAT, 100).unwrap(), models: vec![b"unknown".to_vec()] };
        parse_models(info, &mut cpus).unwrap();
        assert_eq!(cpus.models, [&b"unknown"[..], b"Big: 1", b"Little"]);
        assert_eq!(cpus.list.iter().map(|cpu| cpu.model).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn arm_parts_have_names() {
        assert_eq!(arm_part(b"0xd0c"), Some("Neoverse-N1"));
        assert_eq!(arm_part(b"0xfff"), None);
    }

    #[test]
    fn this_machine_has_processors() {
        let cpus = read().unwrap();
        assert!(!cpus.list.is_empty() && cpus.list.iter().all(|cpu| cpu.model < cpus.models.len()));
        assert!(usable() >= 1);
    }
}
