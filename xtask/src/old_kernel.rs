//! `cargo xtask old-kernel`: the C tests on a kernel that really lacks what newer ones have, started in
//! an emulator.

mod archive;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use archive::Archive;
use c_tests::Linkage;

const USAGE: &str = "\
usage: cargo xtask old-kernel [--kernel FILE] [runner arguments]

  --kernel FILE   this kernel, as an image for x86_64 (default: Debian 11's 5.10, fetched with apt)
  Without arguments the tests of the subjects that have fall-backs run; '*' stands for all.

  It needs qemu-system-x86_64 and busybox: Debian has them as qemu-system-x86 and busybox-static.";

/// Debian 11, for its kernel alone.
const SOURCES: &str = "\
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian bullseye main
deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian-security \
bullseye-security main
";
const SERIES: &str = "linux-image-5.10.0-";
const FLAVOUR: &str = "-cloud-amd64";

/// Emulated processors are slow.
const TIME_SCALE: u32 = 20;
const JOBS: &str = "3";

/// What is run without arguments: the folders whose subjects have fall-backs, and what they stand on.
const SELECTION: [&str; 8] =
    ["fs/*", "process/*", "udp/*", "pipe/*", "poll/*", "random/*", "loop/*", "signal/*"];

/// It expects that less than a millisecond passes, which is much to ask of an emulator.
const EXCLUDED: &str = "--exclude queries_write_nothing";

/// The first program there. The runner's last line is the last thing to be read.
const INIT: &str = "\
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin HOME=/root
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs tmp /tmp
chmod 1777 /tmp
ip link set lo up
echo \"# Linux $(uname -r)\"
UV_TESTS_TIME_SCALE=@SCALE@ /opt/uv-tests @EXCLUDED@ @ARGUMENTS@
poweroff -f
";

pub fn run(arguments: &[&str]) -> Result<(), String> {
    let folder = c_tests::target_folder().join("old-kernel");
    fs::create_dir_all(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let (kernel, arguments) = match arguments {
        ["--help", ..] => return Err(USAGE.into()),
        ["--kernel", file, rest @ ..] => (PathBuf::from(file), rest),
        _ => (debian_kernel(&folder)?, arguments),
    };
    let library = c_tests::own_library(Linkage::Static).map_err(|e| e.to_string())?;
    let program = c_tests::build(&library).map_err(|e| e.to_string())?;
    let image = folder.join("initramfs");
    fs::write(&image, initramfs(&program, arguments)?).map_err(|e| format!("{}: {e}", image.display()))?;
    start(&kernel, &image)
}

/// Runs a program to its end and returns what it wrote.
fn output_of(command: &mut Command) -> Result<String, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|e| format!("{name}: {e}\n{USAGE}"))?;
    if !output.status.success() {
        return Err(format!("{name}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Fetches the kernel once, without a change to the machine's own package lists.
fn debian_kernel(folder: &Path) -> Result<PathBuf, String> {
    let boot = folder.join("package/boot");
    let image = |boot: &Path| -> Option<PathBuf> {
        let mut entries = fs::read_dir(boot).ok()?.flatten().map(|entry| entry.path());
        entries.find(|path| path.to_string_lossy().contains("vmlinuz"))
    };
    if let Some(kernel) = image(&boot) {
        return Ok(kernel);
    }
    let write = || {
        fs::create_dir_all(folder.join("lists/partial"))?;
        fs::create_dir_all(folder.join("cache/archives/partial"))?;
        fs::write(folder.join("sources.list"), SOURCES)
    };
    write().map_err(|e| format!("{}: {e}", folder.display()))?;
    let apt = |program: &str| {
        let mut command = Command::new(program);
        let set = |name: &str, value: String| format!("{name}={value}");
        let place = folder.display();
        for setting in [
            set("Dir::Etc::sourcelist", format!("{place}/sources.list")),
            set("Dir::Etc::sourceparts", "-".into()),
            set("Dir::State::lists", format!("{place}/lists")),
            set("Dir::Cache", format!("{place}/cache")),
        ] {
            command.args(["-o", &setting]);
        }
        command.current_dir(folder);
        command
    };
    output_of(apt("apt-get").arg("update"))?;
    let names = output_of(apt("apt-cache").args(["pkgnames", SERIES]))?;
    let name = names
        .lines()
        .filter(|name| name.ends_with(FLAVOUR))
        .max_by_key(|name| name[SERIES.len()..].split('-').next().and_then(|n| n.parse::<u32>().ok()))
        .ok_or(format!("apt knows no {SERIES}*{FLAVOUR}"))?;
    output_of(apt("apt-get").args(["download", name]))?;
    let package = fs::read_dir(folder)
        .map_err(|e| format!("{}: {e}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ext| ext == "deb"))
        .ok_or("apt has fetched no package")?;
    output_of(Command::new("dpkg-deb").arg("-x").arg(&package).arg(folder.join("package")))?;
    image(&boot).ok_or(format!("{name} has no kernel"))
}

/// All that the machine in the emulator has.
fn initramfs(program: &Path, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut archive = Archive::new();
    for folder in ["bin", "dev", "etc", "lib", "lib64", "proc", "root", "sys", "tmp"] {
        archive.folder(folder);
    }
    let mut given = arguments.to_vec();
    if given.is_empty() {
        given.extend(SELECTION);
    }
    if !given.iter().any(|argument| argument.starts_with("-j")) {
        given.extend(["-j", JOBS]);
    }
    // Patterns are the runner's, not the shell's.
    let quoted: Vec<_> = given.iter().map(|argument| format!("'{argument}'")).collect();
    let init = INIT
        .replace("@SCALE@", &TIME_SCALE.to_string())
        .replace("@EXCLUDED@", EXCLUDED)
        .replace("@ARGUMENTS@", &quoted.join(" "));
    archive.file("init", init.as_bytes());
    archive.file("etc/hosts", b"127.0.0.1 localhost\n::1 localhost\n");
    let mut copy = |from: &Path, to: &str| -> Result<(), String> {
        let bytes = fs::read(from).map_err(|e| format!("{}: {e}", from.display()))?;
        archive.file(to.trim_start_matches('/'), &bytes);
        Ok(())
    };
    copy(program, "opt/uv-tests")?; // tests look for it by its folder
    copy(Path::new("/bin/busybox"), "bin/busybox").map_err(|e| format!("{e}\n{USAGE}"))?;
    for file in ["/etc/passwd", "/etc/group", "/etc/services", "/etc/protocols", "/etc/nsswitch.conf"] {
        copy(Path::new(file), file)?;
    }
    let needs = output_of(Command::new("ldd").arg(program))?;
    let libraries: Vec<_> = needs.split_whitespace().filter(|word| word.starts_with('/')).collect();
    for library in &libraries {
        copy(Path::new(library), library)?;
        // What the C library loads by itself lies beside it.
        if library.contains("libc.so") {
            let beside = Path::new(library).parent().unwrap_or(Path::new("/lib"));
            for name in ["libnss_files.so.2", "libnss_dns.so.2", "libresolv.so.2", "libgcc_s.so.1"] {
                let path = beside.join(name);
                if path.exists() {
                    copy(&path, &path.to_string_lossy())?;
                }
            }
        }
    }
    Ok(archive.finish())
}

/// Starts it, shows what the tests say, and holds them to it.
fn start(kernel: &Path, image: &Path) -> Result<(), String> {
    let begin = Instant::now();
    let mut emulator = Command::new("qemu-system-x86_64")
        .arg("-kernel")
        .arg(kernel)
        .arg("-initrd")
        .arg(image)
        .args(["-append", "console=ttyS0 quiet loglevel=1 panic=-1 mitigations=off"])
        .args(["-nographic", "-no-reboot", "-m", "1G", "-smp", "2", "-cpu", "max"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| format!("qemu-system-x86_64: {e}\n{USAGE}"))?;
    let mut totals = None;
    let mut is_shown = false;
    for line in emulator.stdout.take().into_iter().flat_map(|output| BufReader::new(output).split(b'\n')) {
        let line = line.map_err(|e| e.to_string())?;
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        // Before it, and at its beginning, is what the firmware draws.
        is_shown |= line.contains("# Linux ");
        if is_shown && !line.starts_with("ok ") || line.contains("# SKIP") {
            println!("{line}");
        }
        if line.contains(" passed, ") && line.contains(" failed, ") {
            totals = Some(line);
        }
    }
    let status = emulator.wait().map_err(|e| e.to_string())?;
    println!("# {} s", begin.elapsed().as_secs());
    match totals {
        Some(totals) if totals.contains(" 0 failed, ") => Ok(()),
        Some(totals) => Err(totals),
        None => Err(format!("the tests did not come to their end; the emulator: {status}")),
    }
}
