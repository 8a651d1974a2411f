//! Answers those who ask at the socket: a line with one word, or an HTTP GET. A few at a time, each for a limited time,
//! and never waiting for any of them.
#![forbid(unsafe_code)]

use std::fmt::Write;

use super::answer_json;
use super::answer_metrics;
use super::chrome_trace::Timeline;
use super::view::View;
use crate::sys::errno::Errno;
use crate::sys::inspect_socket::Listener;
use crate::sys::ours::Ours;
use crate::sys::pages::Pages;
use crate::sys::waits::{POLLERR, POLLHUP, POLLIN, POLLOUT, Waits};

/// Who is served at a time; the others wait to be accepted.
pub(crate) const MAX_CLIENTS: usize = 4;

/// What one waits for: them, the listener, and what the observer adds.
pub(crate) type ServerWaits = Waits<{ MAX_CLIENTS + 4 }>;

const NS_PER_MS: u64 = 1_000_000;

/// A client that neither sends nor takes anything for so long is dropped.
const PATIENCE_NS: u64 = 2000 * NS_PER_MS;

/// A client that takes longer than this for all is dropped.
const ALL_NS: u64 = 30_000 * NS_PER_MS;

/// How long loops may take to tell what they have. One that is in a callback then is told as blocked.
const HANDLES_NS: u64 = 300 * NS_PER_MS;

/// How often it is looked whether they have.
const LOOK_NS: u64 = 5 * NS_PER_MS;

/// After a refusal of the system's, such as for want of descriptors, nobody is accepted for so long.
const PAUSE_NS: u64 = 250 * NS_PER_MS;

const MAX_REQUEST: usize = 8192;
const MAX_ANSWER: usize = 32 << 20;
const MAX_HEADER: usize = 512;

/// What a client may send without being asked.
const MAX_REST: usize = 64 << 10;

/// How much of a timeline is made at once, and how much is sent in a turn.
const PIECE: usize = 128 << 10;

/// What may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Topic {
    Json,
    Metrics,
    Handles,
    Trace,
}

impl Topic {
    fn of(word: &[u8]) -> Option<Topic> {
        match word {
            b"json" => Some(Topic::Json),
            b"metrics" => Some(Topic::Metrics),
            b"handles" => Some(Topic::Handles),
            b"trace" => Some(Topic::Trace),
            _ => None,
        }
    }

    fn content_type(self) -> &'static str {
        if self == Topic::Metrics { answer_metrics::CONTENT_TYPE } else { "application/json" }
    }
}

/// How the answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Http,
    HttpHead,
}

/// What to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    For(Topic, Form),
    /// Nothing that there is: an HTTP status, or a hint.
    Wrong(&'static str, Form),
}

const HINT: &str = "ask for json, metrics, handles or trace";

/// What the text asks for; nothing as long as it may go on.
fn parse(text: &[u8], is_whole: bool) -> Option<Asked> {
    let end = text.iter().position(|&byte| byte == b'\n');
    let line = match end {
        Some(end) => text.get(..end)?,
        None if is_whole => text,
        None if text.len() >= MAX_REQUEST => return Some(Asked::Wrong(HINT, Form::Plain)),
        None => return None,
    };
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let rest = [words.next(), words.next()];
    let [Some(path), Some(protocol)] = rest else {
        return Some(match (Topic::of(first), rest[0]) {
            (Some(topic), None) => Asked::For(topic, Form::Plain),
            _ => Asked::Wrong(HINT, Form::Plain),
        });
    };
    if !protocol.starts_with(b"HTTP/") {
        return Some(Asked::Wrong(HINT, Form::Plain));
    }
    // Whoever is answered before it has sent all of its header may never read the answer.
    let is_end = |window: &[u8]| window == b"\n\r\n" || window.starts_with(b"\n\n");
    let has_header = text.windows(3).any(is_end) || text.ends_with(b"\n\n");
    if !has_header && !is_whole {
        return (text.len() >= MAX_REQUEST)
            .then_some(Asked::Wrong("431 Request Header Fields Too Large", Form::Http));
    }
    let form = match first {
        b"GET" => Form::Http,
        b"HEAD" => Form::HttpHead,
        _ => return Some(Asked::Wrong("405 Method Not Allowed", Form::Http)),
    };
    let path = path.split(|&byte| byte == b'?').next().unwrap_or_default();
    Some(match path.strip_prefix(b"/").and_then(Topic::of) {
        Some(topic) => Asked::For(topic, form),
        None => Asked::Wrong("404 Not Found", form),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// It has not said yet what it wants.
    Asking,
    /// Loops are asked what they have, up to this time.
    Collecting(Form, u64),
    Answering,
    /// It has got all of it. What it still sends is thrown away, lest the answer be thrown away with it.
    Parting,
}

struct Client {
    connection: Ours,
    state: State,
    request: Pages,
    answer: Pages,
    sent: usize,
    /// What is made piece by piece.
    timeline: Option<Timeline>,
    /// When it is dropped unless something happens; when in any case.
    patience: u64,
    end: u64,
}

/// What writes an answer.
type Writer<'a> = &'a dyn Fn(&mut Pages) -> std::fmt::Result;

/// What a step with a client has come to.
enum Step {
    Goes,
    Stays,
    Ends,
}

pub(crate) struct Server {
    listener: Listener,
    clients: [Option<Client>; MAX_CLIENTS],
    /// Where each is among what is waited for.
    places: [Option<usize>; MAX_CLIENTS],
    listens_at: Option<usize>,
    pause: u64,
}

impl Server {
    pub(crate) fn new(listener: Listener) -> Server {
        let clients = [const { None }; MAX_CLIENTS];
        Server { listener, clients, places: [None; MAX_CLIENTS], listens_at: None, pause: 0 }
    }

    /// Adds what to wait for. The time, of the monotonic clock, by which to come back even so, if there is one.
    /// `UV_EBADF` if the program has closed the socket: then this ends.
    pub(crate) fn watch(&mut self, waits: &mut ServerWaits, now: u64) -> Result<Option<u64>, Errno> {
        let descriptor = self.listener.descriptor()?;
        let mut wake = None;
        let mut by = |time: u64| wake = Some(wake.map_or(time, |other: u64| other.min(time)));
        let has_room = self.clients.iter().any(Option::is_none);
        self.listens_at = None;
        if now < self.pause {
            by(self.pause);
        } else if has_room {
            self.listens_at = Some(waits.add(descriptor, POLLIN));
        }
        for (client, place) in self.clients.iter().zip(&mut self.places) {
            *place = client.as_ref().and_then(|client| {
                by(client.patience.min(client.end));
                let events = match client.state {
                    State::Asking | State::Parting => POLLIN,
                    State::Answering => POLLOUT,
                    State::Collecting(..) => {
                        by(now + LOOK_NS);
                        0
                    }
                };
                client.connection.get().ok().map(|fd| waits.add(fd, events))
            });
        }
        Ok(wake)
    }

    /// Does what can be done at present.
    pub(crate) fn serve(&mut self, waits: &ServerWaits, now: u64, view: &dyn View) {
        for (slot, place) in self.clients.iter_mut().zip(&self.places) {
            let Some(client) = slot else { continue };
            let ready = place.map_or(POLLERR, |place| waits.ready(place));
            // Who has taken something now is not late, however long it was kept waiting.
            if !client.serve(ready, now, view) || now >= client.patience.min(client.end) {
                *slot = None;
            }
        }
        if self.listens_at.is_some_and(|place| waits.ready(place) != 0) {
            self.accept(now);
        }
    }

    fn accept(&mut self, now: u64) {
        for slot in self.clients.iter_mut().filter(|slot| slot.is_none()) {
            match self.listener.accept() {
                Ok(Some(connection)) => *slot = Some(Client::new(connection, now)),
                Ok(None) => return,
                Err(_) => {
                    self.pause = now + PAUSE_NS;
                    return;
                }
            }
        }
    }
}

impl Client {
    fn new(connection: Ours, now: u64) -> Client {
        Client {
            connection,
            state: State::Asking,
            request: Pages::new(MAX_REQUEST),
            answer: Pages::new(MAX_ANSWER),
            sent: 0,
            timeline: None,
            patience: now + PATIENCE_NS,
            end: now + ALL_NS,
        }
    }

    /// Goes on as far as it goes without waiting; whether the client stays.
    fn serve(&mut self, ready: i16, now: u64, view: &dyn View) -> bool {
        let is_collecting = matches!(self.state, State::Collecting(..));
        if ready & (POLLERR | POLLHUP) != 0 && is_collecting || ready == 0 && !is_collecting {
            return ready == 0;
        }
        let mut sent = 0;
        loop {
            let step = match self.state {
                State::Asking => self.read(now, view),
                State::Collecting(form, until) if now >= until || view.have_handles() => {
                    self.put(form, Topic::Handles, &|out| answer_json::write_handles(view, out))
                }
                State::Collecting(..) => Step::Stays,
                State::Answering if sent >= PIECE => Step::Stays,
                State::Answering => self.send(now, view, &mut sent),
                State::Parting => self.part(),
            };
            match step {
                Step::Goes => {}
                Step::Stays => return true,
                Step::Ends => return false,
            }
        }
    }

    /// Reads the request, and begins the answer once it is whole.
    fn read(&mut self, now: u64, view: &dyn View) -> Step {
        let Ok(room) = self.request.spare(1) else { return Step::Ends };
        let is_whole = match self.connection.read(room) {
            Ok(0) => true,
            Ok(count) => {
                self.request.filled(count);
                false
            }
            Err(Errno::EAGAIN) => return Step::Stays,
            Err(_) => return Step::Ends,
        };
        if is_whole && self.request.len() == 0 {
            return Step::Ends; // it only looked whether anybody is here
        }
        let Some(asked) = parse(self.request.as_slice(), is_whole) else { return Step::Goes };
        self.request.release();
        self.patience = now + PATIENCE_NS;
        match asked {
            Asked::Wrong(what, form) => self.refuse(what, form),
            Asked::For(topic @ Topic::Json, form) => {
                self.put(form, topic, &|out| answer_json::write_all(view, out))
            }
            Asked::For(topic @ Topic::Metrics, form) => {
                self.put(form, topic, &|out| answer_metrics::write(view, out))
            }
            Asked::For(Topic::Handles, form) => {
                view.ask_for_handles();
                self.state = State::Collecting(form, now + HANDLES_NS);
                Step::Goes
            }
            Asked::For(topic @ Topic::Trace, form) => self.begin_trace(form, topic, view),
        }
    }

    /// Makes a whole answer.
    #[inline(never)]
    fn put(&mut self, form: Form, topic: Topic, write: Writer<'_>) -> Step {
        if write(&mut self.answer).is_err() {
            self.answer.release();
            return self.refuse("503 Service Unavailable", form);
        }
        if topic != Topic::Metrics {
            let _ = self.answer.write_str("\n");
        }
        self.begin_answer(form, "200 OK", topic.content_type())
    }

    #[inline(never)]
    fn refuse(&mut self, what: &'static str, form: Form) -> Step {
        let text = what.trim_start_matches(|character: char| character.is_ascii_digit()).trim_start();
        if writeln!(self.answer, "{text}").is_err() {
            return Step::Ends;
        }
        self.begin_answer(form, what, "text/plain")
    }

    /// Puts the header in front of the answer.
    fn begin_answer(&mut self, form: Form, status: &str, content_type: &str) -> Step {
        self.state = State::Answering;
        if form == Form::Plain {
            return Step::Goes;
        }
        let body = std::mem::replace(&mut self.answer, Pages::new(MAX_ANSWER + MAX_HEADER));
        let header = write_header(&mut self.answer, status, content_type, Some(body.len()));
        let is_refused =
            header.is_err() || form == Form::Http && self.answer.extend(body.as_slice()).is_err();
        if is_refused { Step::Ends } else { Step::Goes }
    }

    fn begin_trace(&mut self, form: Form, topic: Topic, view: &dyn View) -> Step {
        match view.timeline() {
            None => return self.refuse("404 No Trace (UV_TRACE is not set)", form),
            Some(Err(_)) => return self.refuse("503 Service Unavailable", form),
            Some(Ok(mut timeline)) => {
                if timeline.arrange(u64::MAX, view.names()).is_err() {
                    return self.refuse("503 Service Unavailable", form);
                }
                self.timeline = Some(timeline).filter(|_| form != Form::HttpHead);
            }
        }
        self.state = State::Answering;
        if form != Form::Plain
            && write_header(&mut self.answer, "200 OK", topic.content_type(), None).is_err()
        {
            return Step::Ends;
        }
        Step::Goes
    }

    fn send(&mut self, now: u64, view: &dyn View, sent: &mut usize) -> Step {
        let left = self.answer.as_slice().get(self.sent..).unwrap_or_default();
        if left.is_empty() {
            return self.go_on(view);
        }
        match self.connection.send(left) {
            Ok(count) => {
                self.sent += count;
                self.patience = now + PATIENCE_NS;
                *sent += count;
                Step::Goes
            }
            Err(Errno::EAGAIN) => Step::Stays,
            Err(_) => Step::Ends,
        }
    }

    /// The next piece of what is made in pieces, or the end.
    fn go_on(&mut self, view: &dyn View) -> Step {
        self.answer.truncate(0);
        self.sent = 0;
        if let Some(timeline) = &mut self.timeline {
            let (mut result, answer) = (Ok(false), &mut self.answer);
            view.process(&mut |process| result = timeline.step(PIECE, process.program, view.names(), answer));
            match result {
                Ok(true) => return Step::Goes,
                Ok(false) => self.timeline = None,
                Err(_) => return Step::Ends, // cut off, and seen to be
            }
        }
        if self.answer.len() > 0 {
            return Step::Goes;
        }
        self.connection.finish();
        self.answer.release();
        self.state = State::Parting;
        Step::Goes
    }

    fn part(&mut self) -> Step {
        match self.connection.read(&mut [0; 4096]) {
            Ok(0) => Step::Ends,
            Ok(count) => {
                self.sent += count;
                if self.sent < MAX_REST { Step::Stays } else { Step::Ends }
            }
            Err(Errno::EAGAIN) => Step::Stays,
            Err(_) => Step::Ends,
        }
    }
}

fn write_header(
    out: &mut Pages,
    status: &str,
    content_type: &str,
    length: Option<usize>,
) -> std::fmt::Result {
    write!(out, "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nConnection: close\r\n")?;
    if let Some(length) = length {
        write!(out, "Content-Length: {length}\r\n")?;
    }
    out.write_str("\r\n")
}

#[cfg(test)]
mod tests;
