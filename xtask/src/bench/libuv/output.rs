//! What libuv's benchmarks print: a sentence each, with a rate or a time in it.

use super::super::book::{Figures, figure};

/// The figures of a run, named `rate /s` or `time s`, with what tells several apart between the two words.
pub fn figures(text: &str) -> Figures {
    let mut figures = Figures::new();
    // Of a pump both ends report, and of several servers each as well as all.
    let is_told = |line: &&str| !line.contains("_server:") && !line.contains("thread #");
    for line in text.lines().filter_map(|line| line.strip_prefix('#')).filter(is_told) {
        let Some((kind, value, unit)) = figure_of(line) else { continue };
        let label = label(line);
        let name =
            [kind, &label, unit].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        if !figures.iter().any(|(known, _)| *known == name) {
            figures.push(figure(&name, value));
        }
    }
    figures
}

fn figure_of(line: &str) -> Option<(&'static str, f64, &'static str)> {
    if let Some((before, _)) = line.split_once("gbit/s") {
        return Some(("rate", last_number(before)?, "Gbit/s"));
    }
    if let Some(value) = rate(line) {
        return Some(("rate", value, "/s"));
    }
    // So many write requests in so many seconds.
    if let Some((before, after)) = line.split_once(" write requests in ") {
        return Some(("rate", last_number(before)? / first_number(after)?, "/s"));
    }
    let (before, _) = line.split_once(" seconds ")?;
    Some(("time", last_number(before)?, "s"))
}

/// The first number that is so many of something a second.
fn rate(line: &str) -> Option<f64> {
    line.match_indices("/s").find_map(|(at, _)| {
        let before = line[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
        before.ends_with(|c: char| c.is_ascii_digit()).then(|| last_number(before))?
    })
}

fn last_number(text: &str) -> Option<f64> {
    let text = text.trim_end();
    let start = text.rfind(|c: char| !is_of_number(c)).map_or(0, |at| at + 1);
    parse(&text[start..])
}

fn first_number(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !is_of_number(c)).unwrap_or(text.len());
    parse(&text[..end])
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || c == '.' || c == ','
}

fn parse(number: &str) -> Option<f64> {
    number.replace(',', "").trim_end_matches('.').parse().ok()
}

/// What a benchmark of several parts says of this one: how many are in flight, or which phase it was.
fn label(line: &str) -> String {
    if let Some((_, after)) = line.split_once(" stats (") {
        return after.split_once(')').map_or("", |(inside, _)| inside).to_owned();
    }
    match line.split_once(" seconds ") {
        Some((_, phase)) if phase != "total" && phase.chars().all(char::is_alphabetic) => phase.to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<(String, f64)> {
        figures(text)
    }

    fn one(name: &str, value: f64) -> Vec<(String, f64)> {
        vec![figure(name, value)]
    }

    #[test]
    fn each_kind_of_sentence_is_understood() {
        assert_eq!(of("# loop_count: 2000000 ticks in 1.48s (1347433/s)"), one("rate /s", 1_347_433.0));
        assert_eq!(of("# loop_count: 123 ticks (456 ticks/s)"), one("rate /s", 456.0));
        assert_eq!(of("# ping_pongs: 18068 roundtrips/s"), one("rate /s", 18_068.0));
        assert_eq!(of("# ping_pongs: 10 pingers, ~ 77 roundtrips/s"), one("rate /s", 77.0));
        assert_eq!(of("# 1000000 write requests in 5.50s."), one("rate /s", 1_000_000.0 / 5.5));
        assert_eq!(of("# async2: 30.03 sec (33,297/sec)"), one("rate /s", 33_297.0));
        assert_eq!(of("# 47,222 async jobs in 5.0 seconds (9,444/s)"), one("rate /s", 9_444.0));
        assert_eq!(
            of("# 608,764 async events in 5.0 seconds (121,752/s, 608,764 unique handles seen)"),
            one("rate /s", 121_752.0)
        );
        assert_eq!(
            of("# udp_pummel_10v1: 54918/s received, 54919/s sent. 1 received"),
            one("rate /s", 54_918.0)
        );
        assert_eq!(of("# pipe-conn-pound-100: 9322 accepts/s (0 failed)"), one("rate /s", 9_322.0));
    }

    #[test]
    fn one_end_of_a_pump_and_all_servers_together_are_taken() {
        let pump = "# tcp_pump1_server: 3.3 gbit/s\n# tcp_pump1_client: 3.4 gbit/s";
        assert_eq!(of(pump), one("rate Gbit/s", 3.4));
        let accept =
            "# accept2: 100 accepts/sec (250000 total)\n#   thread #0: 50 accepts/sec (125000 total, 50.0%)";
        assert_eq!(of(accept), one("rate /s", 100.0));
    }

    #[test]
    fn parts_are_told_apart() {
        let stats =
            "# 1,000,000 stats (sync): 0.50s (2,000,000/s)\n# 100,000 stats (1 concurrent): 2.00s (50,000/s)";
        assert_eq!(
            of(stats),
            [figure("rate sync /s", 2_000_000.0), figure("rate 1 concurrent /s", 50_000.0)]
        );
        let timers = "# 0.86 seconds total\n# 0.10 seconds init\n";
        assert_eq!(of(timers), [figure("time s", 0.86), figure("time init s", 0.10)]);
    }

    #[test]
    fn other_lines_say_nothing() {
        assert_eq!(of("ok 1 - sizes\n# uv_tcp_t: 248 bytes\n"), []);
    }
}
