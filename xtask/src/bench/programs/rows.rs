//! Which programs, under which load.

pub enum Program {
    NodeHttp,
    NodeFs {
        operation: &'static str,
        in_flight: usize,
    },
    /// With `streams` or a `protocol`.
    Uvloop(&'static str),
    Luv,
    Named,
    Cmake,
}

pub enum Load {
    /// What the program does by itself.
    Own,
    Http {
        path: &'static str,
        keeps: bool,
        paced: bool,
    },
    /// So many messages a second, or as many as go.
    Echo {
        size: usize,
        rate: usize,
    },
    Dns {
        mode: &'static str,
        rate: usize,
    },
}

pub struct Row {
    pub name: String,
    pub program: Program,
    pub load: Load,
}

/// In the order of the report.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |name: String, program, load| rows.push(Row { name, program, load });
    for path in ["hello", "file", "pool"] {
        let http = |keeps, paced| Load::Http { path, keeps, paced };
        row(format!("node http {path}, keep-alive"), Program::NodeHttp, http(true, false));
        row(format!("node http {path}, a connection each"), Program::NodeHttp, http(false, false));
        row(
            format!("node http {path}, 20 clients with 20 ms between requests"),
            Program::NodeHttp,
            http(true, true),
        );
    }
    for operation in ["readFile", "stat", "readdir"] {
        for in_flight in [1, 32] {
            let name = format!("node fs.{operation}, {in_flight} in flight");
            row(name, Program::NodeFs { operation, in_flight }, Load::Own);
        }
    }
    for kind in ["streams", "protocol"] {
        for (size, text) in [(1024, "1 KiB"), (10_240, "10 KiB"), (102_400, "100 KiB")] {
            let name = format!("uvloop echo by {kind}, {text}");
            row(name, Program::Uvloop(kind), Load::Echo { size, rate: 0 });
        }
        let name = format!("uvloop echo by {kind}, 1 KiB, 2,000 a second");
        row(name, Program::Uvloop(kind), Load::Echo { size: 1024, rate: 2000 });
    }
    for (size, text) in [(1024, "1 KiB"), (10_240, "10 KiB"), (102_400, "100 KiB")] {
        row(format!("luv echo, {text}"), Program::Luv, Load::Echo { size, rate: 0 });
    }
    row("luv echo, 1 KiB, 2,000 a second".into(), Program::Luv, Load::Echo { size: 1024, rate: 2000 });
    for mode in ["udp", "tcp"] {
        row(format!("named, {mode}"), Program::Named, Load::Dns { mode, rate: 0 });
        row(format!("named, {mode}, 5,000 a second"), Program::Named, Load::Dns { mode, rate: 5000 });
    }
    row("cmake configures a project".into(), Program::Cmake, Load::Own);
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_rows_have_a_name() {
        let mut names: Vec<String> = rows().into_iter().map(|row| row.name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
