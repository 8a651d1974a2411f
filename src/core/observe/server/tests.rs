//! The server over real sockets, with a made-up process behind it.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::CString;
use std::fmt;
use std::io::{Read, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::*;
use crate::core::observe::chrome_trace::Names;
use crate::core::observe::histogram::Histogram;
use crate::core::observe::trace_ring::{Entry, Phase, Ring};
use crate::core::observe::view::*;
use crate::sys::errno::UvResult;

struct Made {
    lag: Histogram,
    ring: Ring,
    asked: Cell<u32>,
    have_handles: Cell<bool>,
}

impl Names for Made {
    fn kind(&self, _phase: Phase, _kind: u8) -> &'static str {
        "read"
    }

    fn function(&self, address: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "function_{address}")
    }
}

const READS: Kind = Kind { kind: "read", count: 3, total_ns: 4_000_000_001, worst_ns: 3_000_000_000 };

impl View for Made {
    fn names(&self) -> &dyn Names {
        self
    }

    fn process(&self, tell: &mut dyn FnMut(&Process<'_>)) {
        let program = b"a \"program\"\\\n\xff";
        tell(&Process { id: 77, program, uptime_ms: 12_345, watchdog_ms: Some(100), trace: None });
    }

    fn loops(&self, tell: &mut dyn FnMut(&Loop<'_>)) {
        for id in [1, 2] {
            let kinds = [HandleKind { kind: "tcp", active: 1, total: 3 }, HandleKind::default()];
            let handles = Handles { active: 1, referenced: 1, kinds: &kinds[..1] };
            tell(&Loop {
                id,
                name: (id == 1).then_some(&b"main"[..]),
                thread: 78,
                thread_name: b"node",
                state: "calling",
                iterations: 1000,
                idle_ns: 1,
                calling_ns: 2,
                own_ns: 3,
                lag: &self.lag,
                iteration: &self.lag,
                kinds: &[READS],
                now: (id == 1).then_some(Now { function: 5, kind: "read", since_ms: 9 }),
                blocked_count: 2,
                blocked_worst_ms: 1500,
                handles: (id == 1).then_some(handles),
                requests: (id == 1).then_some(4),
            });
        }
    }

    fn callbacks(&self, tell: &mut dyn FnMut(&Callback)) {
        tell(&Callback { function: 5, figures: READS });
        tell(&Callback { function: 6, figures: READS });
    }

    fn pool(&self) -> Pool {
        Pool { size: 4, busy: 1, queued: 7, longest_wait_ms: 250 }
    }

    fn work(&self, tell: &mut dyn FnMut(&Work<'_>)) {
        tell(&Work { kind: "fs", wait: &self.lag, run: &self.lag });
    }

    fn workers(&self, tell: &mut dyn FnMut(&Worker)) {
        tell(&Worker { thread: 80, now: Some(Now { function: 0, kind: "fs", since_ms: 1 }) });
        tell(&Worker { thread: 81, now: None });
    }

    fn place(&self, address: usize, tell: &mut dyn FnMut(&str, &str)) {
        if address == 5 { tell("on_\"read\"\n", "a.out") } else { tell("", "") }
    }

    fn ask_for_handles(&self) {
        self.asked.set(self.asked.get() + 1);
    }

    fn have_handles(&self) -> bool {
        self.have_handles.get()
    }

    fn handles(&self, tell: &mut dyn FnMut(&Answer<'_>)) {
        let state = if self.have_handles.get() { "answered" } else { "blocked" };
        let handles = |tell: &mut ToHandle<'_>| {
            tell(&Handle {
                kind: "tcp",
                name: None,
                is_active: true,
                is_referenced: true,
                is_closing: false,
                fd: Some(7),
                what: Some(b"127.0.0.1:80"),
                callback: Some(5),
                since_ms: None,
            });
        };
        tell(&Answer { id: 1, state, handles: &handles, more: 0, requests: 3 });
    }

    fn timeline(&self) -> Option<UvResult<Timeline>> {
        let mut timeline = Timeline::new(77, 1 << 20);
        Some(timeline.add(78, b"node", &self.ring, [].into_iter()).map(|()| timeline))
    }
}

fn made() -> Made {
    let made =
        Made { lag: Histogram::new(), ring: Ring::new(), asked: Cell::new(0), have_handles: Cell::new(true) };
    for ns in [500, 5_000, 5_000_000, 50_000_000, 2_000_000_000_000] {
        made.lag.record(ns);
    }
    made.ring.make_room(1 << 13).unwrap();
    for number in 0..1 << 13 {
        let (start_ns, function) = (number * 100, number as usize % 10);
        let phase = Phase::Callback;
        made.ring.write(&Entry {
            start_ns,
            duration_ns: 50,
            phase,
            kind: 0,
            fd: 7,
            function,
            subject: 1,
            thread: 0,
            flow: 0,
        });
    }
    made
}

/// A server, and the time that it believes in.
struct Bench {
    server: Server,
    view: Made,
    now: u64,
    folder: PathBuf,
    path: PathBuf,
}

impl Bench {
    fn new(name: &str) -> Bench {
        let folder = std::env::temp_dir().join(format!("uv-server-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let value = CString::new(folder.to_str().unwrap()).unwrap();
        let server = Server::new(Listener::open(&value).unwrap());
        let path = folder.join(format!("libuv-{}.sock", std::process::id()));
        Bench { server, view: made(), now: 1_000_000_000, folder, path }
    }

    fn connect(&self) -> UnixStream {
        let client = UnixStream::connect(&self.path).unwrap();
        client.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        client
    }

    /// One turn of the observer, which finds ready what is.
    fn turn(&mut self) -> Option<u64> {
        let mut waits = ServerWaits::new();
        let wake = self.server.watch(&mut waits, self.now).unwrap();
        waits.wait(0).unwrap();
        self.server.serve(&waits, self.now, &self.view);
        wake
    }

    fn served(&self) -> usize {
        self.server.clients.iter().flatten().count()
    }

    /// All that a client gets, as text.
    fn rest(&mut self, client: &mut UnixStream) -> String {
        let mut bytes = Vec::new();
        let mut room = [0; 64 << 10];
        for _ in 0..100_000 {
            self.turn();
            match client.read(&mut room) {
                Ok(0) => return String::from_utf8(bytes).unwrap(),
                Ok(count) => bytes.extend_from_slice(&room[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => panic!("{error}"),
            }
        }
        panic!("no end after {} bytes", bytes.len());
    }

    fn ask(&mut self, request: &str) -> String {
        let mut client = self.connect();
        client.write_all(request.as_bytes()).unwrap();
        self.rest(&mut client)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn requests_are_lines_or_http() {
    let http = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
    let parsed = |text: &str| parse(text.as_bytes(), false);
    let plain = |topic| Some(Asked::For(topic, Form::Plain));
    assert_eq!(parsed("json\n"), plain(Topic::Json));
    assert_eq!(parsed(" metrics \r\n"), plain(Topic::Metrics));
    assert_eq!(parsed("json"), None);
    assert_eq!(parse(b"json", true), plain(Topic::Json));
    assert_eq!(parsed(&http("/handles")), Some(Asked::For(Topic::Handles, Form::Http)));
    assert_eq!(parsed(&http("/trace?x=/json")), Some(Asked::For(Topic::Trace, Form::Http)));
    assert_eq!(parsed("HEAD /json HTTP/1.0\n\n"), Some(Asked::For(Topic::Json, Form::HttpHead)));
    assert_eq!(parsed("GET /json HTTP/1.1\r\nHost: x\r\n"), None);
    let wrong = |text: &str| match parsed(text) {
        Some(Asked::Wrong(what, form)) => (what, form),
        other => panic!("{text}: {other:?}"),
    };
    for text in ["\n", "jsonx\n", "json x\n", "json x y\n", "\0\n", "GET /json\n", "GET /json SPDY\n"] {
        assert_eq!(wrong(text), (HINT, Form::Plain));
    }
    assert_eq!(wrong(&http("/")), ("404 Not Found", Form::Http));
    assert_eq!(wrong(&http("json")), ("404 Not Found", Form::Http));
    assert_eq!(wrong("POST /json HTTP/1.1\r\n\r\n"), ("405 Method Not Allowed", Form::Http));
    assert_eq!(wrong(&"x".repeat(MAX_REQUEST)), (HINT, Form::Plain));
    let long = format!("GET /json HTTP/1.1\r\nX: {}", "x".repeat(MAX_REQUEST));
    assert_eq!(wrong(&long).0, "431 Request Header Fields Too Large");
}

#[test]
fn json_is_as_documented() {
    let mut bench = Bench::new("json");
    let answer: Value = serde_json::from_str(&bench.ask("json\n")).unwrap();
    assert_eq!((&answer["version"], &answer["pid"]), (&1.into(), &77.into()));
    assert_eq!((answer["watchdog_ms"].as_u64(), &answer["trace"]), (Some(100), &Value::Null));
    assert_eq!(
        (&answer["program"], &answer["library"]),
        (&"a \"program\"\\\n\u{fffd}".into(), &"1.53.0".into())
    );
    let [first, second] = &answer["loops"].as_array().unwrap()[..] else { panic!("two loops") };
    assert_eq!((&first["name"], &second["name"]), (&"main".into(), &Value::Null));
    assert_eq!(first["thread"], serde_json::json!({"tid": 78, "name": "node"}));
    assert_eq!(
        (&first["lag_ns"]["count"], &first["lag_ns"]["max"]),
        (&5.into(), &2_000_000_000_000_u64.into())
    );
    let buckets = first["lag_ns"]["buckets"].as_array().unwrap();
    assert_eq!((buckets.len(), &buckets[0]), (5, &serde_json::json!([1024, 1])));
    let now =
        serde_json::json!({"function": "on_\"read\"\n", "module": "a.out", "kind": "read", "since_ms": 9});
    assert_eq!((&first["now"], &second["now"]), (&now, &Value::Null));
    assert_eq!(first["handles"]["kinds"], serde_json::json!({"tcp": {"active": 1, "total": 3}}));
    assert_eq!((&second["handles"], &second["requests"]), (&Value::Null, &Value::Null));
    assert_eq!(first["kinds"][0]["total_ns"], 4_000_000_001_u64);
    assert_eq!(
        (&answer["callbacks"][0]["module"], &answer["callbacks"][1]["function"]),
        (&"a.out".into(), &Value::Null)
    );
    assert_eq!((&answer["pool"]["queued"], &answer["pool"]["work"][0]["kind"]), (&7.into(), &"fs".into()));
    assert_eq!(answer["pool"]["workers"][1], serde_json::json!({"tid": 81, "now": null}));
}

/// What a reader of the format asks for. The samples by their names with labels.
fn check_metrics(text: &str) -> BTreeMap<String, f64> {
    let mut types = BTreeMap::new();
    let mut samples = BTreeMap::new();
    let (mut family, mut kind) = (String::new(), String::new());
    let mut lines = text.lines();
    let mut is_begun = false; // samples of the family have begun
    for line in lines.by_ref() {
        if line == "# EOF" {
            break;
        }
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, is) = rest.split_once(' ').unwrap();
            assert!(types.insert(name.to_string(), is.to_string()).is_none(), "twice: {name}");
            (family, kind, is_begun) = (name.into(), is.into(), false);
        } else if line.starts_with('#') {
            let mut words = line.split(' ').skip(1);
            let what = words.next().unwrap();
            assert!(["UNIT", "HELP"].contains(&what) && !is_begun && words.next() == Some(&family), "{line}");
            assert!(what != "UNIT" || words.next().is_some_and(|unit| family.ends_with(&format!("_{unit}"))));
        } else {
            is_begun = true;
            let (sample, value) = line.rsplit_once(' ').unwrap();
            let name = sample.split('{').next().unwrap();
            let suffix = name.strip_prefix(&family).unwrap_or_else(|| panic!("{line} in {family}"));
            let allowed: &[&str] = match &kind[..] {
                "gauge" => &[""],
                "counter" => &["_total"],
                "info" => &["_info"],
                "summary" => &["_count", "_sum"],
                "histogram" => &["_bucket", "_count", "_sum"],
                other => panic!("{other}"),
            };
            assert!(allowed.contains(&suffix), "{line}");
            if let Some(labels) = sample.get(name.len()..).filter(|labels| !labels.is_empty()) {
                check_labels(labels);
            }
            assert!(samples.insert(sample.to_string(), value.parse().unwrap()).is_none(), "twice: {sample}");
        }
    }
    assert_eq!(lines.next(), None, "the text ends with # EOF");
    assert!(text.ends_with("# EOF\n"));
    samples
}

/// `{name="value",...}`, with escapes.
fn check_labels(labels: &str) {
    let mut rest = labels.strip_prefix('{').and_then(|labels| labels.strip_suffix('}')).expect(labels);
    loop {
        let (name, value) = rest.split_once("=\"").expect(labels);
        assert!(
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{labels}"
        );
        let mut characters = value.char_indices();
        let end = loop {
            match characters.next().expect(labels) {
                (at, '"') => break at,
                (_, '\\') => assert!(matches!(characters.next(), Some((_, 'n' | '"' | '\\'))), "{labels}"),
                _ => {}
            }
        };
        match value[end + 1..].strip_prefix(',') {
            Some(next) => rest = next,
            None => return assert_eq!(&value[end + 1..], "", "{labels}"),
        }
    }
}

#[test]
fn metrics_are_open_metrics() {
    let mut bench = Bench::new("metrics");
    let text = bench.ask("metrics\n");
    let samples = check_metrics(&text);
    let value = |name: &str| samples.get(name).copied().unwrap_or_else(|| panic!("{name} in {text}"));
    assert_eq!(value("libuv_loop_lag_seconds_bucket{loop=\"1\",le=\"0.000001024\"}"), 1.0);
    assert_eq!(value("libuv_loop_lag_seconds_bucket{loop=\"1\",le=\"+Inf\"}"), 5.0);
    assert_eq!(value("libuv_loop_lag_seconds_count{loop=\"2\"}"), 5.0);
    assert_eq!(value("libuv_loop_lag_seconds_sum{loop=\"2\"}"), 2000.0550055);
    assert_eq!(value("libuv_callback_seconds_sum{loop=\"1\",kind=\"read\"}"), 4.000000001);
    assert_eq!(value("libuv_handles{loop=\"1\",kind=\"tcp\",active=\"false\"}"), 2.0);
    assert_eq!(value("libuv_pool_queued"), 7.0);
    assert_eq!(value("libuv_pool_longest_wait_seconds"), 0.25);
    assert_eq!(value("libuv_uptime_seconds"), 12.345);
    assert!(text.contains("program=\"a \\\"program\\\"\\\\\\n\u{fffd}\""));
    let buckets: Vec<_> =
        text.lines().filter(|line| line.starts_with("libuv_pool_queue_seconds_bucket{kind=\"fs\"")).collect();
    let counts = buckets.iter().map(|line| line.rsplit_once(' ').unwrap().1.parse::<u64>().unwrap());
    assert!(counts.clone().zip(counts.skip(1)).all(|(count, next)| count <= next));
    assert_eq!(buckets.len(), 32);
}

#[test]
fn http_has_headers() {
    let mut bench = Bench::new("http");
    let plain = bench.ask("metrics\n");
    let answer = bench.ask("GET /metrics HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n");
    let (header, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, plain);
    assert!(
        header.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0;")
    );
    assert!(header.contains(&format!("\r\nContent-Length: {}", body.len())));
    let head = bench.ask("HEAD /metrics HTTP/1.1\r\n\r\n");
    assert_eq!(head, format!("{header}\r\n\r\n"));
    assert!(bench.ask("GET /nothing HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404 Not Found\r\n"));
    let (header, body) = bench
        .ask("GET /trace HTTP/1.1\r\n\r\n")
        .split_once("\r\n\r\n")
        .map(|(h, b)| (h.len(), b.len()))
        .unwrap();
    assert!(header > 0 && body > 1 << 20);
}

#[test]
fn a_timeline_comes_in_pieces() {
    let mut bench = Bench::new("trace");
    let text = bench.ask("trace\n");
    let whole: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(whole["traceEvents"].as_array().unwrap().len(), (1 << 13) + 2);
    assert!(text.contains("\"name\":\"function_7\""));
}

#[test]
fn handles_are_told_when_the_loops_have_answered() {
    let mut bench = Bench::new("handles");
    bench.view.have_handles.set(false);
    let mut client = bench.connect();
    client.write_all(b"handles\n").unwrap();
    bench.turn();
    bench.turn();
    assert!(bench.turn().is_some_and(|wake| wake <= bench.now + LOOK_NS));
    assert_eq!(bench.view.asked.get(), 1);
    assert!(client.read(&mut [0; 1]).is_err(), "not yet");
    bench.view.have_handles.set(true);
    let answer: Value = serde_json::from_str(&bench.rest(&mut client)).unwrap();
    assert_eq!(answer["loops"][0]["state"], "answered");
    assert_eq!(answer["loops"][0]["handles"][0]["callback"], "on_\"read\"\n");
    assert_eq!(answer["loops"][0]["requests"], 3);
    drop(client);
    // A loop that does not come by is told of after a while.
    bench.view.have_handles.set(false);
    let mut client = bench.connect();
    client.write_all(b"handles\n").unwrap();
    bench.turn();
    bench.turn();
    bench.now += HANDLES_NS;
    let answer: Value = serde_json::from_str(&bench.rest(&mut client)).unwrap();
    assert_eq!(answer["loops"][0]["state"], "blocked");
    drop(client);
    // One that hangs up meanwhile is not waited for.
    let mut client = bench.connect();
    client.write_all(b"handles\n").unwrap();
    bench.turn();
    bench.turn();
    drop(client);
    bench.turn();
    assert_eq!(bench.served(), 0);
}

#[test]
fn wrong_requests_get_a_hint() {
    let mut bench = Bench::new("wrong");
    assert_eq!(bench.ask("what\n"), format!("{HINT}\n"));
    assert_eq!(bench.ask(&"\u{1}".repeat(MAX_REQUEST)), format!("{HINT}\n"));
    assert!(bench.ask("PUT / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405 "));
    for _ in 0..100 {
        drop(bench.connect()); // or says nothing at all
        bench.turn();
    }
    while bench.served() > 0 {
        bench.turn();
    }
    assert_eq!(bench.ask("metrics\n").lines().last(), Some("# EOF"));
}

#[test]
fn who_stalls_is_dropped_and_the_next_is_served() {
    let mut bench = Bench::new("stall");
    let mut stalled: Vec<_> = (0..MAX_CLIENTS).map(|_| bench.connect()).collect();
    bench.turn();
    assert_eq!(bench.served(), MAX_CLIENTS);
    let mut last = bench.connect();
    last.write_all(b"json\n").unwrap();
    stalled[0].write_all(b"jso").unwrap();
    stalled[1].write_all(b"trace\n").unwrap(); // and does not read
    for _ in 0..100 {
        bench.turn();
    }
    assert_eq!(bench.served(), MAX_CLIENTS);
    bench.now += PATIENCE_NS;
    assert_eq!(bench.turn(), Some(bench.now));
    assert_eq!(bench.served(), 0);
    assert!(bench.rest(&mut last).starts_with("{\"version\":1"));
}

#[test]
fn who_sends_without_end_is_dropped() {
    let mut bench = Bench::new("flood");
    let mut client = bench.connect();
    client.write_all(b"json\n").unwrap();
    client.set_nonblocking(true).unwrap();
    for _ in 0..1000 {
        let _ = client.write(&[b'x'; 4096]);
        bench.turn();
    }
    assert_eq!(bench.served(), 0);
}
