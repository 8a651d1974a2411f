//! The points of the sweep.

/// How long the pauses are, in microseconds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Gap {
    Every(u32),
    /// Exponentially distributed around this.
    Random(u32),
}

pub const GAPS: [Gap; 15] = [
    Gap::Every(0),
    Gap::Every(2),
    Gap::Every(5),
    Gap::Every(10),
    Gap::Every(15),
    Gap::Every(20),
    Gap::Every(30),
    Gap::Every(45),
    Gap::Every(60),
    Gap::Every(100),
    Gap::Every(200),
    Gap::Every(500),
    Gap::Every(1000),
    Gap::Random(30),
    Gap::Random(100),
];

impl Gap {
    pub fn name(self) -> String {
        match self {
            Gap::Every(us) => format!("gap={us}us"),
            Gap::Random(us) => format!("random={us}us"),
        }
    }

    /// The head of its column.
    pub fn head(self) -> String {
        match self {
            Gap::Every(us) => us.to_string(),
            Gap::Random(us) => format!("~{us}"),
        }
    }
}

/// What is the same for all gaps: a line of the tables, a panel of the plot.
#[derive(Clone, Copy, PartialEq)]
pub struct Line {
    pub kind: &'static str,
    pub loops: usize,
    /// Other programs keep the processors busy.
    pub crowded: bool,
    /// The pause is spent computing, or else asleep.
    pub spins: bool,
}

pub struct Point {
    pub line: Line,
    pub gap: Gap,
}

pub const KINDS: [&str; 4] = ["gap_work", "gap_async", "gap_fs", "gap_fs_stat"];

/// In the order of the report.
pub fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for crowded in [false, true] {
        for loops in [1, 2] {
            for spins in [false, true] {
                lines.extend(KINDS.map(|kind| Line { kind, loops, crowded, spins }));
            }
        }
    }
    lines
}

pub fn all() -> Vec<Point> {
    lines().into_iter().flat_map(|line| GAPS.map(|gap| line.at(gap))).collect()
}

impl Line {
    pub fn at(self, gap: Gap) -> Point {
        Point { line: self, gap }
    }

    /// `gap_work, 2 loops, crowded, asleep`.
    pub fn title(self) -> String {
        format!(
            "{}, {} loop{}, {}, {}",
            self.kind,
            self.loops,
            if self.loops == 1 { "" } else { "s" },
            if self.crowded { "crowded" } else { "alone" },
            if self.spins { "computing" } else { "asleep" }
        )
    }
}

impl Point {
    pub fn name(&self) -> String {
        format!(
            "{}/{}-loop/{}/{}/{}",
            self.line.kind,
            self.line.loops,
            if self.line.crowded { "crowded" } else { "alone" },
            self.pause(),
            self.gap.name()
        )
    }

    /// The program's arguments, but for the times.
    pub fn arguments(&self) -> Vec<String> {
        let (kind, us) = match self.gap {
            Gap::Every(us) => ("gap", us),
            Gap::Random(us) => ("random", us),
        };
        let loops = self.line.loops.to_string();
        let ns = (u64::from(us) * 1000).to_string();
        vec![self.line.kind.into(), loops, self.pause().into(), kind.into(), ns]
    }

    fn pause(&self) -> &'static str {
        if self.line.spins { "spin" } else { "sleep" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_and_arguments_say_the_same() {
        let points = all();
        let mut names: Vec<String> = points.iter().map(Point::name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), points.len());
        let point = Line { kind: "gap_fs", loops: 2, crowded: true, spins: false }.at(Gap::Random(30));
        assert_eq!(point.name(), "gap_fs/2-loop/crowded/sleep/random=30us");
        assert_eq!(point.arguments(), ["gap_fs", "2", "sleep", "random", "30000"]);
    }
}
