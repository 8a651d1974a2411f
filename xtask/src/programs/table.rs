//! The programs. A job is a shell script, `xtask/programs/NAME.sh`: it runs in an empty folder with the program
//! installed, prints what is to be compared and nothing that differs from run to run, and fails if its program does.

pub struct Program {
    pub name: &'static str,
    /// As its authors call it.
    pub title: &'static str,
    /// Debian's packages; the first is the one whose version is told.
    pub packages: &'static [&'static str],
    /// What the job does, in words.
    pub job: &'static str,
}

pub const PROGRAMS: &[Program] = &[
    Program {
        name: "cmake",
        title: "CMake",
        packages: &["cmake"],
        job: "configures, builds and installs a C project",
    },
    Program {
        name: "ctest",
        title: "CTest",
        packages: &["cmake"],
        job: "64 tests, eight at a time: one times out, one crashes, one prints a megabyte",
    },
    Program {
        name: "nvim",
        title: "Neovim",
        packages: &["neovim"],
        job: "files, timers, jobs, a second Neovim over RPC, work in threads, file events, from Lua",
    },
    Program {
        name: "node",
        title: "Node.js",
        packages: &["nodejs"],
        job: "files, HTTP, TCP, UDP, children, workers, timers, DNS",
    },
    Program {
        name: "named",
        title: "BIND's `named`",
        packages: &["bind9", "bind9-dnsutils"],
        job: "primary and secondary with a zone transfer, queries over UDP and TCP, `rndc`",
    },
    Program {
        name: "lua5.4",
        title: "Lua 5.4 with luv",
        packages: &["lua-luv", "lua5.4"],
        job: "echo over TCP, UDP and pipes, files, children, timers, work in threads",
    },
    Program {
        name: "lua5.1",
        title: "Lua 5.1 with luv",
        packages: &["lua-luv", "lua5.1"],
        job: "what Lua 5.4 does",
    },
    Program {
        name: "luajit",
        title: "LuaJIT with luv",
        packages: &["lua-luv", "luajit"],
        job: "what Lua 5.4 does",
    },
    Program {
        name: "dig",
        title: "BIND's `dig`",
        packages: &["bind9-dnsutils", "bind9"],
        job: "2,000 queries over UDP and TCP, a zone transfer, a refused connection",
    },
    Program {
        name: "mdig",
        title: "BIND's `mdig`",
        packages: &["bind9-dnsutils", "bind9"],
        job: "200 queries at once, over UDP and TCP",
    },
    Program {
        name: "delv",
        title: "BIND's `delv`",
        packages: &["bind9-dnsutils", "bind9"],
        job: "lookups over UDP and TCP",
    },
    Program {
        name: "nsupdate",
        title: "BIND's `nsupdate`",
        packages: &["bind9-dnsutils", "bind9"],
        job: "200 signed updates over UDP and TCP, and their removal",
    },
    Program {
        name: "kresd",
        title: "Knot Resolver",
        packages: &["knot-resolver", "bind9", "bind9-dnsutils"],
        job: "600 answers over UDP and TCP, policies, timers",
    },
    Program {
        name: "raku",
        title: "Rakudo on MoarVM",
        packages: &["moarvm", "rakudo"],
        job: "asynchronous sockets, processes, intervals; files",
    },
    Program {
        name: "r-fs",
        title: "R with fs",
        packages: &["r-cran-fs", "r-base-core"],
        job: "600 files made, copied, moved, linked, listed, removed",
    },
    Program {
        name: "r-httpuv",
        title: "R with httpuv",
        packages: &["r-cran-httpuv", "r-base-core"],
        job: "HTTP: computed answers, a large request, static files",
    },
    Program {
        name: "haxe",
        title: "Haxe",
        packages: &["haxe"],
        job: "its interpreter: event loops in threads, timers, a child, files",
    },
    Program {
        name: "uvloop",
        title: "uvloop on Python",
        packages: &["python3-uvloop"],
        job: "streams over TCP and Unix sockets, datagrams, children, executors, names, signals",
    },
    Program {
        name: "pmproxy",
        title: "Performance Co-Pilot's `pmproxy`",
        packages: &["pcp"],
        job: "100 requests to its HTTP server, without metrics to serve: all are refused",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::scripts;
    use super::*;

    #[test]
    fn each_program_has_a_script_and_each_script_a_program() {
        let names: BTreeSet<String> = PROGRAMS.iter().map(|program| format!("{}.sh", program.name)).collect();
        assert_eq!(names.len(), PROGRAMS.len(), "a name is there twice");
        let files = std::fs::read_dir(scripts()).expect("it is there").flatten();
        let files = files.map(|file| file.file_name().to_string_lossy().into_owned());
        let files: BTreeSet<String> = files.filter(|name| name.ends_with(".sh")).collect();
        assert_eq!(names, files);
    }
}
