//! How figures are written: short, with three digits that count.

const US: u64 = 1_000;
const MS: u64 = 1_000_000;
const S: u64 = 1_000_000_000;
const MINUTE: u64 = 60 * S;
const HOUR: u64 = 60 * MINUTE;

/// At most eight columns up to a hundred hours.
pub fn duration(ns: u64) -> String {
    match ns {
        0..US => format!("{ns} ns"),
        US..MS => scaled(ns, US, "µs"),
        MS..S => scaled(ns, MS, "ms"),
        S..MINUTE => scaled(ns, S, "s"),
        MINUTE..HOUR => format!("{}m{:02}s", ns / MINUTE, ns % MINUTE / S),
        _ => format!("{}h{:02}m", ns / HOUR, ns % HOUR / MINUTE),
    }
}

fn scaled(ns: u64, unit: u64, name: &str) -> String {
    let value = ns as f64 / unit as f64;
    // Rounding must not make four digits of three.
    match ns / unit {
        0..10 if value < 9.995 => format!("{value:.2} {name}"),
        0..100 if value < 99.95 => format!("{value:.1} {name}"),
        whole => format!("{whole} {name}"),
    }
}

/// What is only known in milliseconds.
pub fn duration_ms(ms: u64) -> String {
    if ms < 1000 { format!("{ms} ms") } else { duration(ms.saturating_mul(MS)) }
}

/// A figure that may not be there.
pub fn maybe(ns: Option<u64>) -> String {
    ns.map_or_else(|| "-".into(), duration)
}

/// How long something has been up: `5s`, `4:05`, `1:02:33`, `3d 01:02`.
pub fn uptime(ms: u64) -> String {
    let s = ms / 1000;
    let (days, hours, minutes, seconds) = (s / 86_400, s / 3600 % 24, s / 60 % 60, s % 60);
    match s {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{minutes}:{seconds:02}"),
        3600..86_400 => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{days}d {hours:02}:{minutes:02}"),
    }
}

/// A count in at most six columns, up to a quadrillion.
pub fn count(number: u64) -> String {
    match number {
        0..100_000 => number.to_string(),
        100_000..10_000_000 => format!("{}k", number / 1000),
        10_000_000..10_000_000_000 => format!("{}M", number / 1_000_000),
        _ => format!("{}G", number / 1_000_000_000),
    }
}

/// A share of the whole.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

pub fn per_second(rate: f64) -> String {
    if rate < 9.95 { format!("{rate:.1}/s") } else { format!("{}/s", count(rate.round() as u64)) }
}

/// One thing, or several.
pub fn many(number: u64, one: &str, more: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {more}", count(number)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits() {
        let texts = [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1.00 µs"),
            (9_994, "9.99 µs"),
            (9_996, "10.0 µs"),
            (99_949, "99.9 µs"),
            (99_960, "99 µs"),
            (999_999, "999 µs"),
            (1_135_003_752, "1.14 s"),
            (59_999_999_999, "60.0 s"),
            (61_000_000_000, "1m01s"),
            (3_600_000_000_000, "1h00m"),
        ];
        for (ns, text) in texts {
            assert_eq!(duration(ns), text, "{ns}");
        }
        assert_eq!(maybe(None), "-");
        assert_eq!((duration_ms(7), duration_ms(1240)), ("7 ms".into(), "1.24 s".into()));
    }

    #[test]
    fn uptimes() {
        let texts = [(5_900, "5s"), (245_000, "4:05"), (3_753_000, "1:02:33"), (262_920_000, "3d 01:02")];
        for (ms, text) in texts {
            assert_eq!(uptime(ms), text);
        }
    }

    #[test]
    fn counts_and_rates() {
        assert_eq!(
            (count(99_999), count(123_456), count(20_000_000)),
            ("99999".into(), "123k".into(), "20M".into())
        );
        assert_eq!(
            (per_second(3.13), per_second(9.96), per_second(1234.4)),
            ("3.1/s".into(), "10/s".into(), "1234/s".into())
        );
        assert_eq!((many(1, "loop", "loops"), many(2, "loop", "loops")), ("1 loop".into(), "2 loops".into()));
        assert_eq!(percent(0.345), "34 %");
    }
}
