//! What a system answers to which call, and the seccomp filter that has the kernel answer so.

use std::collections::BTreeMap;
use std::process::Command;

/// The refusal of a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    pub(super) call: &'static str,
    pub(super) when: When,
    pub(super) error: i32,
}

/// Which uses of a call are meant. Arguments are looked at in their low 32 bits.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    Always,
    /// One of the bits is set in that argument.
    Has(u32, u32),
    /// These two arguments have these values.
    Are([(u32, u32); 2]),
}

impl Refusal {
    pub(super) const fn always(call: &'static str, error: i32) -> Refusal {
        Refusal { call, when: When::Always, error }
    }

    pub(super) const fn if_has(call: &'static str, argument: u32, bits: u32, error: i32) -> Refusal {
        Refusal { call, when: When::Has(argument, bits), error }
    }

    pub(super) const fn if_are(call: &'static str, values: [(u32, u32); 2], error: i32) -> Refusal {
        Refusal { call, when: When::Are(values), error }
    }
}

/// The answers of a system. The first that fits counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    pub(super) refusals: Vec<Refusal>,
    /// Calls of a higher number are unknown there: ENOSYS.
    pub(super) last_call: Option<u32>,
    /// These are let through, and all others refused with the error.
    pub(super) allowed: Option<(Vec<&'static str>, i32)>,
}

/// The numbers that system calls have here.
pub(super) struct Numbers(BTreeMap<String, u32>);

impl Numbers {
    /// Asks the C compiler's headers.
    pub(super) fn ask() -> Result<Numbers, String> {
        let cc = std::env::var("CC").unwrap_or_else(|_| "cc".into());
        let output = Command::new(&cc)
            .args(["-E", "-dM", "-include", "asm/unistd.h", "-x", "c", "/dev/null"])
            .output()
            .map_err(|e| format!("{cc}: {e}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers: BTreeMap<_, _> = text
            .lines()
            .filter_map(|line| line.strip_prefix("#define __NR_")?.split_once(' '))
            .filter_map(|(name, number)| Some((name.to_owned(), number.trim().parse().ok()?)))
            .collect();
        if numbers.contains_key("read") {
            Ok(Numbers(numbers))
        } else {
            Err("asm/unistd.h has no calls".into())
        }
    }

    /// None for a call that there is not here, such as `open` on newer machines.
    fn of(&self, call: &str) -> Option<u32> {
        self.0.get(call).copied()
    }
}

/// An instruction of the kernel's packet filter, as `struct sock_filter` has it.
#[derive(Clone, Copy, Debug)]
struct Instruction {
    code: u16,
    yes: u8,
    no: u8,
    value: u32,
}

// From <linux/bpf_common.h>, <linux/filter.h> and <linux/seccomp.h>.
const LOAD: u16 = 0x20;
const RETURN: u16 = 0x06;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP_IF_GREATER: u16 = 0x25;
const JUMP_IF_BITS: u16 = 0x45;
const ALLOW: u32 = 0x7fff_0000;
const FAIL: u32 = 0x0005_0000;

/// Where `struct seccomp_data` has the call's number, the machine, and an argument's low half.
const NUMBER: u32 = 0;
const MACHINE: u32 = 4;
fn low_half(argument: u32) -> u32 {
    16 + 8 * argument + if cfg!(target_endian = "big") { 4 } else { 0 }
}

/// `AUDIT_ARCH_*` of this machine.
const THIS_MACHINE: u32 = if cfg!(target_arch = "x86_64") {
    0xc000_003e
} else if cfg!(target_arch = "aarch64") {
    0xc000_00b7
} else if cfg!(target_arch = "x86") {
    0x4000_0003
} else {
    0
};

fn statement(code: u16, value: u32) -> Instruction {
    Instruction { code, yes: 0, no: 0, value }
}

fn jump(code: u16, value: u32, yes: u8, no: u8) -> Instruction {
    Instruction { code, yes, no, value }
}

fn fail(error: i32) -> Instruction {
    statement(RETURN, FAIL | error.unsigned_abs())
}

fn compile(answers: &Answers, numbers: &Numbers) -> Vec<Instruction> {
    let mut code = vec![
        statement(LOAD, MACHINE),
        jump(JUMP_IF_EQUAL, THIS_MACHINE, 1, 0),
        statement(RETURN, ALLOW), // a program for another machine
        statement(LOAD, NUMBER),
    ];
    for refusal in &answers.refusals {
        let Some(number) = numbers.of(refusal.call) else { continue };
        let test = match refusal.when {
            When::Always => vec![],
            When::Has(argument, bits) => {
                vec![statement(LOAD, low_half(argument)), jump(JUMP_IF_BITS, bits, 0, 1)]
            }
            When::Are([(first, one), (second, two)]) => vec![
                statement(LOAD, low_half(first)),
                jump(JUMP_IF_EQUAL, one, 0, 3),
                statement(LOAD, low_half(second)),
                jump(JUMP_IF_EQUAL, two, 0, 1),
            ],
        };
        // The number is loaded again after a test that came out otherwise.
        let reload = usize::from(!test.is_empty());
        code.push(jump(JUMP_IF_EQUAL, number, 0, (test.len() + 1 + reload) as u8));
        code.extend(test);
        code.push(fail(refusal.error));
        if reload > 0 {
            code.push(statement(LOAD, NUMBER));
        }
    }
    if let Some(last) = answers.last_call {
        code.extend([jump(JUMP_IF_GREATER, last, 0, 1), fail(libc::ENOSYS)]);
    }
    match &answers.allowed {
        None => code.push(statement(RETURN, ALLOW)),
        Some((names, error)) => {
            for number in names.iter().filter_map(|name| numbers.of(name)) {
                code.extend([jump(JUMP_IF_EQUAL, number, 0, 1), statement(RETURN, ALLOW)]);
            }
            code.push(fail(*error));
        }
    }
    code
}

/// The filter as `c-tests/profiles/launch.c` reads it.
pub(super) fn bytes(answers: &Answers, numbers: &Numbers) -> Vec<u8> {
    let mut bytes = Vec::new();
    for Instruction { code, yes, no, value } in compile(answers, numbers) {
        bytes.extend(code.to_ne_bytes());
        bytes.extend([yes, no]);
        bytes.extend(value.to_ne_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the filter says to a call: 0 or the error.
    fn ask(answers: &Answers, call: u32, arguments: [u32; 6]) -> u32 {
        let names = [("read", 0), ("write", 1), ("ioctl", 16), ("clone3", 435)];
        let numbers = Numbers(names.map(|(name, number)| (name.to_owned(), number)).into());
        let code = compile(answers, &numbers);
        let (mut at, mut loaded) = (0, 0);
        loop {
            let Instruction { code, yes, no, value } = code[at];
            at += 1;
            let is_so = match code {
                LOAD => {
                    loaded = match value {
                        NUMBER => call,
                        MACHINE => THIS_MACHINE,
                        offset => arguments[((offset - 16) / 8) as usize],
                    };
                    continue;
                }
                RETURN => return if value == ALLOW { 0 } else { value - FAIL },
                JUMP_IF_EQUAL => loaded == value,
                JUMP_IF_GREATER => loaded > value,
                JUMP_IF_BITS => loaded & value != 0,
                other => panic!("an unknown instruction {other:#x}"),
            };
            at += usize::from(if is_so { yes } else { no });
        }
    }

    #[test]
    fn the_first_that_fits_counts() {
        let answers = Answers {
            refusals: vec![
                Refusal::if_has("write", 2, 6, 11),
                Refusal::if_are("write", [(0, 7), (1, 8)], 12),
                Refusal::if_are("ioctl", [(0, 7), (1, 8)], 13),
                Refusal::always("read", 14),
                Refusal::always("not here", 15),
            ],
            last_call: Some(400),
            allowed: None,
        };
        assert_eq!(ask(&answers, 1, [0, 0, 2, 0, 0, 0]), 11);
        assert_eq!(ask(&answers, 1, [7, 8, 1, 0, 0, 0]), 12);
        assert_eq!(ask(&answers, 1, [7, 9, 1, 0, 0, 0]), 0);
        assert_eq!(ask(&answers, 16, [7, 8, 6, 0, 0, 0]), 13);
        assert_eq!(ask(&answers, 16, [6, 8, 6, 0, 0, 0]), 0);
        assert_eq!(ask(&answers, 0, [0; 6]), 14);
        assert_eq!(ask(&answers, 2, [0; 6]), 0);
        assert_eq!(ask(&answers, 435, [0; 6]), libc::ENOSYS as u32);
    }

    #[test]
    fn what_is_not_allowed_is_refused() {
        let refusals = vec![Refusal::if_has("ioctl", 1, 1, 2), Refusal::always("clone3", 38)];
        let answers = Answers { refusals, last_call: None, allowed: Some((vec!["write", "ioctl"], 1)) };
        assert_eq!(ask(&answers, 0, [0; 6]), 1);
        assert_eq!(ask(&answers, 1, [0; 6]), 0);
        assert_eq!(ask(&answers, 16, [0; 6]), 0);
        assert_eq!(ask(&answers, 16, [0, 1, 0, 0, 0, 0]), 2);
        assert_eq!(ask(&answers, 435, [0; 6]), 38);
    }
}
