//! The compilers for a target: a Rust compiler whose standard libraries can be added to, a C compiler, and what
//! cargo and the C tests are told of them.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use c_tests::Linkage;

use super::apt::{Apt, Suite, create_folder, write};
use super::targets::{Kind, Processor, Target};
use super::{old_glibc, standard_library};

/// All that was unpacked and made.
pub struct Tools {
    folder: PathBuf,
}

impl Tools {
    pub fn new() -> Result<Tools, String> {
        Tools::in_folder("cross")
    }

    /// Apart from others, in a folder of the target folder.
    pub fn in_folder(name: &str) -> Result<Tools, String> {
        let folder = c_tests::target_folder().join(name);
        let folder = std::path::absolute(folder).map_err(|e| e.to_string())?;
        create_folder(&folder)?;
        Ok(Tools { folder })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where packages are unpacked.
    pub fn root(&self) -> PathBuf {
        self.folder.join("root")
    }

    pub fn apt(&self, suite: Suite, architecture: Option<&'static str>) -> Apt<'_> {
        Apt { folder: &self.folder, suite, architecture }
    }

    /// Brings what the target needs, and gives the environment in which cargo and the C tests build for it.
    pub fn environment(&self, target: &Target) -> Result<Vec<(String, String)>, String> {
        let (rustc, cc) = (self.rust()?, self.c_compiler(target)?);
        let library = self.root().join("usr/lib/rustlib").join(target.triple);
        if !library.exists() {
            match &target.kind {
                Kind::OldGlibc => {} // the compiler's own
                Kind::Musl(_) => standard_library::build(&self.folder, &rustc, target.triple, &library)?,
                Kind::Foreign(processor) => {
                    // As this machine's own compiler: the same version, built for both systems.
                    let apt = self.apt(Suite::Newer, Some(processor.debian));
                    apt.unpack(&["libstd-rust-web-dev"])?;
                }
            }
        }
        let (snake, shout) =
            (target.triple.replace('-', "_"), target.triple.replace('-', "_").to_uppercase());
        let cc = cc.display().to_string();
        let mut environment =
            vec![("RUSTC".to_owned(), rustc.display().to_string()), (format!("CC_{snake}"), cc.clone())];
        let (linker, rustflags) =
            (format!("CARGO_TARGET_{shout}_LINKER"), format!("CARGO_TARGET_{shout}_RUSTFLAGS"));
        match target.kind {
            Kind::Musl(linkage) => {
                environment.extend([(linker, cc), (rustflags, MUSL_RUSTFLAGS.into())]);
                if linkage == Linkage::Static {
                    environment.push((format!("CFLAGS_{snake}"), "-static".into()));
                }
            }
            // Not for what cargo runs while it builds, which is for the same triple.
            Kind::OldGlibc => {
                environment.push((rustflags, format!("-Clinker={}", old_glibc::linker(self)?.display())));
            }
            Kind::Foreign(_) => environment.push((linker, cc)),
        }
        Ok(environment)
    }

    /// The C compiler for the target.
    pub fn c_compiler(&self, target: &Target) -> Result<PathBuf, String> {
        match &target.kind {
            Kind::Musl(_) => self.musl(),
            Kind::OldGlibc => old_glibc::c_compiler(self),
            Kind::Foreign(processor) => self.cross_compiler(processor),
        }
    }

    /// Debian's Rust: unlike rustup's it comes with its sources, and with libraries for other processors, as
    /// packages.
    fn rust(&self) -> Result<PathBuf, String> {
        let apt = self.apt(Suite::Own, None);
        let of_rust = |name: &str| name.starts_with("libstd-rust-web") || name.starts_with("libllvm");
        apt.unpack(&apt.with_needs("rustc-web", of_rust)?)?;
        apt.unpack(&["rust-web-src"])?;
        self.rustc()
    }

    /// The Rust compiler that was unpacked.
    pub fn rustc(&self) -> Result<PathBuf, String> {
        self.wrapper("rustc", &format!("exec {}/usr/bin/rustc \"$@\"", self.root().display()))
    }

    /// This machine's C compiler, with musl's headers and libraries in the place of its own.
    fn musl(&self) -> Result<PathBuf, String> {
        self.apt(Suite::Own, None).unpack(&["musl", "musl-dev", "musl-tools", "linux-libc-dev"])?;
        let root = self.root();
        let (headers, objects) = ("usr/include/x86_64-linux-musl", "usr/lib/x86_64-linux-musl");
        for (name, place) in
            [("linux", "../linux"), ("asm-generic", "../asm-generic"), ("asm", "../x86_64-linux-gnu/asm")]
        {
            let link = root.join(headers).join(name);
            if link.symlink_metadata().is_err() {
                symlink(place, &link).map_err(|e| format!("{}: {e}", link.display()))?;
            }
        }
        let specs = root.join(objects).join("musl-gcc.specs");
        let text = fs::read_to_string(&specs).map_err(|e| format!("{}: {e}", specs.display()))?;
        let root = root.display();
        // The shared library lies apart, where the loader is, and is to be met first.
        let libraries = format!("-L{root}/lib/x86_64-linux-musl -L/{objects}");
        let text = text
            .replace(&format!("-L/{objects}"), &libraries)
            .replace(&format!("/{headers}"), &format!("{root}/{headers}"))
            .replace(&format!("/{objects}"), &format!("{root}/{objects}"))
            .replace("/lib/ld-musl-x86_64.so.1", &format!("{root}/lib/x86_64-linux-musl/libc.so"));
        let own = self.folder.join("musl-gcc.specs");
        write(&own, text.as_bytes())?;
        self.wrapper("musl-gcc", &format!("exec cc \"$@\" -specs {}", own.display()))
    }

    /// A C compiler for another processor. Programs find the loader and the C library where they were unpacked.
    fn cross_compiler(&self, processor: &Processor) -> Result<PathBuf, String> {
        let Processor { debian, tools, loader, .. } = processor;
        let apt = self.apt(Suite::Own, None);
        // Not the libraries of other languages and of sanitizers.
        let wanted = ["gcc-", "cpp-", "binutils-", "libgcc-", "libc6-", "linux-libc-dev-"];
        let is_ours = |name: &str| {
            let is_for_it = name.ends_with(tools) || name.ends_with(&format!("-{debian}-cross"));
            is_for_it && wanted.iter().any(|start| name.starts_with(start))
        };
        let packages = apt.with_needs(&format!("gcc-{tools}"), is_ours)?;
        apt.unpack(&packages)?;
        apt.unpack(&apt.with_needs(&format!("libc6-dev-{debian}-cross"), is_ours)?)?;
        let (root, libraries) = (self.root(), format!("{}/usr/{tools}/lib", self.root().display()));
        let root = root.display();
        let command = format!(
            "exec {root}/usr/bin/{tools}-gcc --sysroot={root} -Wl,--dynamic-linker={libraries}/{loader} \\
             -Wl,-rpath,{libraries} \"$@\""
        );
        self.wrapper(&format!("{tools}-gcc"), &command)
    }

    /// The emulator for a processor.
    pub fn emulator(&self, processor: &Processor) -> Result<PathBuf, String> {
        self.apt(Suite::Newer, None).unpack(&["qemu-user"])?;
        Ok(self.root().join("usr/bin").join(processor.emulator))
    }

    /// A script that starts a program with the shared libraries that were unpacked for it.
    pub fn wrapper(&self, name: &str, command: &str) -> Result<PathBuf, String> {
        let path = self.folder.join("bin").join(name);
        let libraries = self.root().join("usr/lib/x86_64-linux-gnu");
        let text = format!("#!/bin/sh\nexport LD_LIBRARY_PATH={}\n{command}\n", libraries.display());
        // A new date would have everything built again.
        if fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return Ok(path);
        }
        create_folder(&self.folder.join("bin"))?;
        write(&path, text.as_bytes())?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))
            .map_err(|e| format!("{}: {e}", path.display()))?;
        Ok(path)
    }
}

/// Its programs load the C library, as those of distributions do; without objects that rustup would bring.
const MUSL_RUSTFLAGS: &str = "-Ctarget-feature=-crt-static -Clink-self-contained=no";
