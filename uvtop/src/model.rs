//! What a process answers, in types. `docs/inside.md` has the form of the answers; what is not known here is passed by.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::client::Trouble;
use crate::histogram::Histogram;

/// The form that is understood here.
const VERSION: u64 = 1;

/// The answer to `json`.
#[derive(Clone, Debug, Deserialize)]
pub struct Sample {
    pub pid: u32,
    pub program: String,
    pub library: String,
    pub uptime_ms: u64,
    pub loops: Vec<Loop>,
    pub callbacks: Vec<Callback>,
    pub pool: Pool,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Loop {
    pub id: u64,
    pub name: Option<String>,
    pub thread: Thread,
    pub state: State,
    pub iterations: u64,
    pub idle_ns: u64,
    pub calling_ns: u64,
    /// In the library and in the kernel, without waits.
    pub own_ns: u64,
    #[serde(rename = "lag_ns")]
    pub lag: Histogram,
    pub now: Option<Now>,
    pub blocked: Blocked,
    pub handles: Option<HandleCounts>,
    pub requests: Option<u64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Thread {
    pub tid: u32,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Waiting,
    /// In a function of the program's.
    Calling,
    /// At work itself.
    Turning,
    /// In a function of the program's for too long.
    Blocked,
    #[serde(rename = "not running")]
    NotRunning,
    /// One that a newer library has.
    #[serde(other)]
    Other,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Calling => "calling",
            State::Turning => "turning",
            State::Blocked => "blocked",
            State::NotRunning => "not running",
            State::Other => "?",
        }
    }
}

/// A call under way.
#[derive(Clone, Debug, Deserialize)]
pub struct Now {
    #[serde(flatten)]
    pub place: Place,
    pub kind: String,
    pub since_ms: u64,
}

/// A function of the program's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
pub struct Place {
    #[serde(alias = "callback")]
    pub function: Option<String>,
    pub module: Option<String>,
}

impl Place {
    pub fn is_known(&self) -> bool {
        self.function.is_some() || self.module.is_some()
    }

    /// Its name, or where it is.
    pub fn label(&self) -> String {
        match (&self.function, &self.module) {
            (Some(function), _) => function.clone(),
            (None, Some(module)) => format!("(in {module})"),
            (None, None) => "(unknown)".into(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Blocked {
    pub count: u64,
    pub worst_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub struct HandleCounts {
    pub active: u64,
}

/// What the calls of a function took.
#[derive(Clone, Debug, Deserialize)]
pub struct Callback {
    #[serde(flatten)]
    pub place: Place,
    pub kind: String,
    pub count: u64,
    pub total_ns: u64,
    pub worst_ns: u64,
}

impl Callback {
    /// Whether it never runs on a loop. Of other kinds some part may run on a worker.
    pub fn is_on_worker(&self) -> bool {
        self.kind == "work"
    }

    pub fn mean_ns(&self) -> u64 {
        self.total_ns.checked_div(self.count).unwrap_or(0)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Pool {
    pub size: u64,
    pub busy: u64,
    pub queued: u64,
    pub longest_wait_ms: u64,
    pub work: Vec<Work>,
    pub workers: Vec<Worker>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Work {
    pub kind: String,
    #[serde(rename = "wait_ns")]
    pub wait: Histogram,
    #[serde(rename = "run_ns")]
    pub run: Histogram,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Worker {
    pub tid: u32,
    pub now: Option<Now>,
}

/// The answer to `handles`.
#[derive(Clone, Debug, Deserialize)]
pub struct Handles {
    pub loops: Vec<LoopHandles>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct LoopHandles {
    pub id: u64,
    /// `answered`, or why it has not.
    pub state: String,
    pub handles: Vec<Handle>,
}

impl LoopHandles {
    pub fn is_answered(&self) -> bool {
        self.state == "answered"
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Handle {
    pub kind: String,
    /// As the program calls it.
    pub name: Option<String>,
    pub active: bool,
    pub referenced: bool,
    pub closing: bool,
    pub fd: Option<u64>,
    pub what: Option<String>,
    #[serde(flatten)]
    pub place: Place,
}

impl Handle {
    /// Its name, in quotes, and what it is about.
    pub fn what(&self) -> String {
        let name = self.name.as_ref().map(|name| format!("\"{name}\""));
        let parts = name.iter().chain(&self.what);
        parts.map(String::as_str).collect::<Vec<_>>().join(" ")
    }

    /// In words.
    pub fn flags(&self) -> String {
        let flags = [
            (self.closing, "closing"),
            (self.active, "active"),
            (!self.active && !self.closing, "inactive"),
            (self.referenced, "referenced"),
            (!self.referenced, "unreferenced"),
        ];
        let words = flags.into_iter().filter_map(|(is_set, word)| is_set.then_some(word));
        words.collect::<Vec<_>>().join(", ")
    }
}

impl Sample {
    pub fn parse(answer: &[u8]) -> Result<Sample, Trouble> {
        let value = value(answer)?;
        match value.get("version").and_then(Value::as_u64) {
            Some(VERSION) => typed(value),
            Some(other) => Err(Trouble::Other(format!(
                "its answers have form {other}, and this uvtop understands form {VERSION}"
            ))),
            None => Err(strange("there is no `version`")),
        }
    }

    /// The first loop that is blocked, if one is.
    pub fn blocked(&self) -> Option<&Loop> {
        self.loops.iter().find(|one| one.state == State::Blocked)
    }
}

impl Handles {
    pub fn parse(answer: &[u8]) -> Result<Handles, Trouble> {
        typed(value(answer)?)
    }
}

fn strange(why: impl std::fmt::Display) -> Trouble {
    Trouble::Other(format!("its answer is not understood: {why}"))
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Trouble> {
    serde_json::from_value(value).map_err(strange)
}

/// The answer with texts that are safe to print: names of the program's may hold what steers a terminal.
fn value(answer: &[u8]) -> Result<Value, Trouble> {
    let mut value = serde_json::from_str(&String::from_utf8_lossy(answer)).map_err(strange)?;
    clean(&mut value);
    Ok(value)
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) if text.contains(char::is_control) => *text = text.replace(char::is_control, "?"),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(members) => members.values_mut().for_each(clean),
        _ => {}
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Recorded answers of `examples/troubled.c`.
    pub const RECORDED: [&str; 2] =
        [include_str!("../tests/recorded/first.json"), include_str!("../tests/recorded/second.json")];
    pub const RECORDED_HANDLES: &str = include_str!("../tests/recorded/handles.json");

    pub fn recorded() -> [Sample; 2] {
        RECORDED.map(|text| Sample::parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_recorded_process() {
        let [first, second] = recorded();
        assert_eq!((first.program.as_str(), first.library.as_str()), ("troubled", "1.53.0"));
        assert_eq!((first.loops.len(), first.pool.workers.len()), (2, 4));
        assert_eq!((first.loops[0].state, second.loops[0].state), (State::Waiting, State::Blocked));
        assert!(first.blocked().is_none());
        let now = second.blocked().and_then(|one| one.now.as_ref()).unwrap();
        assert_eq!((now.place.label().as_str(), now.kind.as_str()), ("render_report", "timer"));
        let handles = Handles::parse(RECORDED_HANDLES.as_bytes()).unwrap();
        assert!(handles.loops.iter().all(LoopHandles::is_answered));
        assert_eq!(handles.loops[0].handles[1].fd, Some(6));
    }

    #[test]
    fn handles_are_told_apart_by_their_names() {
        let named = RECORDED_HANDLES.replacen("\"name\":null", "\"name\":\"front\"", 1);
        let [before, after] = [RECORDED_HANDLES, &named].map(|text| Handles::parse(text.as_bytes()).unwrap());
        let first = |handles: &Handles| handles.loops[0].handles[0].what();
        let what = first(&before);
        assert_eq!(first(&after), format!("\"front\" {what}").trim_end());
    }

    #[test]
    fn what_steers_a_terminal_is_taken_out_of_names() {
        let text = RECORDED[0].replace("render_report", "\\u001b[31mred\\u009b\\n");
        let sample = Sample::parse(text.as_bytes()).unwrap();
        let labels: Vec<String> = sample.callbacks.iter().map(|one| one.place.label()).collect();
        assert!(labels.contains(&"?[31mred??".to_string()), "{labels:?}");
    }

    #[test]
    fn places_without_names() {
        let place = |function: Option<&str>, module: Option<&str>| Place {
            function: function.map(str::to_string),
            module: module.map(str::to_string),
        };
        assert_eq!(place(Some("f"), Some("m")).label(), "f");
        assert_eq!(place(None, Some("m")).label(), "(in m)");
        assert_eq!(place(None, None).label(), "(unknown)");
    }

    #[test]
    fn newer_and_other_answers() {
        let state = RECORDED[0].replace("\"waiting\"", "\"dreaming\"");
        assert_eq!(Sample::parse(state.as_bytes()).unwrap().loops[0].state, State::Other);
        let more = RECORDED[0].replace("{\"version\":1", "{\"version\":1,\"more\":[{}]");
        assert!(Sample::parse(more.as_bytes()).is_ok());
        let newer = RECORDED[0].replace("{\"version\":1", "{\"version\":2");
        let Err(Trouble::Other(why)) = Sample::parse(newer.as_bytes()) else { panic!("it has another form") };
        assert!(why.contains("form 2"), "{why}");
        for other in ["", "{}", "[]", "ask for json, metrics, handles or trace", "{\"version\":1}"] {
            assert!(Sample::parse(other.as_bytes()).is_err(), "{other}");
        }
    }
}
