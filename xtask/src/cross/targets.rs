//! The targets that can be built and run here.

use c_tests::Linkage;

pub struct Target {
    /// On the command line.
    pub name: &'static str,
    pub triple: &'static str,
    pub kind: Kind,
}

pub enum Kind {
    /// musl, on this machine's own processor; programs are linked so.
    Musl(Linkage),
    /// An old glibc, on this machine's own processor: what is built so runs on old systems and new ones.
    OldGlibc,
    /// glibc on another processor.
    Foreign(Processor),
}

pub struct Processor {
    /// Debian's name for it.
    pub debian: &'static str,
    /// What the names of its compiler and its folders begin with.
    pub tools: &'static str,
    /// The loader that programs name.
    pub loader: &'static str,
    pub emulator: &'static str,
    /// How its programs are known: `EI_CLASS`, `EI_DATA` and `e_machine` of ELF.
    pub bits: u8,
    pub big_endian: bool,
    pub machine: u8,
}

pub const ALL: [Target; 8] = [
    Target { name: "musl", triple: "x86_64-unknown-linux-musl", kind: Kind::Musl(Linkage::Shared) },
    Target { name: "musl-static", triple: "x86_64-unknown-linux-musl", kind: Kind::Musl(Linkage::Static) },
    Target { name: "old-glibc", triple: "x86_64-unknown-linux-gnu", kind: Kind::OldGlibc },
    Target {
        name: "s390x",
        triple: "s390x-unknown-linux-gnu",
        kind: Kind::Foreign(Processor {
            debian: "s390x",
            tools: "s390x-linux-gnu",
            loader: "ld64.so.1",
            emulator: "qemu-s390x",
            bits: 64,
            big_endian: true,
            machine: 0x16,
        }),
    },
    Target {
        name: "aarch64",
        triple: "aarch64-unknown-linux-gnu",
        kind: Kind::Foreign(Processor {
            debian: "arm64",
            tools: "aarch64-linux-gnu",
            loader: "ld-linux-aarch64.so.1",
            emulator: "qemu-aarch64",
            bits: 64,
            big_endian: false,
            machine: 0xb7,
        }),
    },
    Target {
        name: "armv7",
        triple: "armv7-unknown-linux-gnueabihf",
        kind: Kind::Foreign(Processor {
            debian: "armhf",
            tools: "arm-linux-gnueabihf",
            loader: "ld-linux-armhf.so.3",
            emulator: "qemu-arm",
            bits: 32,
            big_endian: false,
            machine: 0x28,
        }),
    },
    Target {
        name: "riscv64",
        triple: "riscv64gc-unknown-linux-gnu",
        kind: Kind::Foreign(Processor {
            debian: "riscv64",
            tools: "riscv64-linux-gnu",
            loader: "ld-linux-riscv64-lp64d.so.1",
            emulator: "qemu-riscv64",
            bits: 64,
            big_endian: false,
            machine: 0xf3,
        }),
    },
    Target {
        name: "ppc64le",
        triple: "powerpc64le-unknown-linux-gnu",
        kind: Kind::Foreign(Processor {
            debian: "ppc64el",
            tools: "powerpc64le-linux-gnu",
            loader: "ld64.so.2",
            emulator: "qemu-ppc64le",
            bits: 64,
            big_endian: false,
            machine: 0x15,
        }),
    },
];

/// Those that the names mean; all without one.
pub fn named(names: &[&str]) -> Result<Vec<&'static Target>, String> {
    if names.is_empty() {
        return Ok(ALL.iter().collect());
    }
    let find = |name: &&str| {
        let found = ALL.iter().find(|target| target.name == *name || target.triple == *name);
        found.ok_or_else(|| format!("there is no target '{name}': see --list"))
    };
    names.iter().map(find).collect()
}

impl Processor {
    /// How the kernel is told to start its programs in the emulator, which is at `path` (a line for
    /// `binfmt_misc`). The emulator is opened now, so that it is found whatever the programs do to their folders.
    pub fn rule(&self, path: &str) -> String {
        const LITTLE: u8 = 1;
        const BIG: u8 = 2;
        let (class, data) = (self.bits / 32, if self.big_endian { BIG } else { LITTLE });
        // e_type is 2 for a program, and 3 for one that may lie anywhere: the mask lets the last bit be.
        let (kind, machine) =
            if self.big_endian { ([0, 2], [0, self.machine]) } else { ([2, 0], [self.machine, 0]) };
        let kind_mask = if self.big_endian { [0xff, 0xfe] } else { [0xfe, 0xff] };
        let mut magic = vec![0x7f, b'E', b'L', b'F', class, data, 1];
        magic.resize(16, 0);
        magic.extend(kind.into_iter().chain(machine));
        let mut mask = vec![0xff; 7];
        mask.push(0); // EI_OSABI may be anything
        mask.resize(16, 0xff);
        mask.extend(kind_mask.into_iter().chain([0xff, 0xff]));
        let bytes = |all: &[u8]| all.iter().map(|byte| format!("\\x{byte:02x}")).collect::<String>();
        format!(":{}:M::{}:{}:{path}:F\n", self.emulator, bytes(&magic), bytes(&mask))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_by_their_first_bytes() {
        let rule = |name| match &named(&[name]).expect("there is one")[0].kind {
            Kind::Foreign(processor) => processor.rule("/q"),
            Kind::Musl(_) | Kind::OldGlibc => panic!("it is no other processor"),
        };
        assert_eq!(
            rule("s390x"),
            ":qemu-s390x:M::\\x7f\\x45\\x4c\\x46\\x02\\x02\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x16:\
             \\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xfe\\xff\\xff:/q:F\n"
        );
        assert!(
            rule("armv7").contains("\\x46\\x01\\x01\\x01\\x00")
                && rule("armv7").contains("\\x02\\x00\\x28\\x00:")
        );
    }
}
