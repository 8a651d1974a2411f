//! What answers make of the app.

use std::path::Path;
use std::time::{Duration, Instant};

use super::{App, Page};
use crate::asker::Answer;
use crate::client::Trouble;
use crate::list::Listed;
use crate::model::{Handles, Sample};

/// How often is looked who listens.
const LIST_INTERVAL: Duration = Duration::from_secs(1);

/// How often for the program that has just been started.
pub(super) const EAGER_INTERVAL: Duration = Duration::from_millis(50);

impl App {
    pub(super) fn answer(&mut self, answer: Answer, now: Instant) {
        match answer {
            Answer::List(found) => self.take_list(found, now),
            Answer::Sample(path, found) if self.is_about(&path) => self.take_sample(found, now),
            Answer::Handles(path, found) if self.is_about(&path) => self.take_handles(found, now),
            Answer::Sample(..) | Answer::Handles(..) => {}
        }
    }

    fn is_about(&self, path: &Path) -> bool {
        matches!(&self.page, Page::Attached(attached) if attached.socket.path == path)
    }

    fn take_list(&mut self, found: Vec<Listed>, now: Instant) {
        let Page::List(list) = &mut self.page else { return };
        if let Some(program) = found.iter().find(|one| one.found.is_ok()).filter(|_| self.awaited.is_some()) {
            let socket = program.socket.clone();
            self.awaited = None;
            return self.attach(socket, now);
        }
        list.found = Some(found);
        let interval = if self.awaited.is_some() { EAGER_INTERVAL } else { LIST_INTERVAL };
        self.ask_at(now + interval);
    }

    fn take_sample(&mut self, found: Result<Sample, Trouble>, now: Instant) {
        let Page::Attached(attached) = &mut self.page else { return };
        match found {
            Ok(sample) => {
                attached.is_silent = false;
                attached.history.add(sample);
            }
            Err(Trouble::Silent) => attached.is_silent = true,
            Err(trouble) => return self.lose(&trouble, now),
        }
        let next = if attached.wants_handles { now } else { now + self.interval };
        self.ask_at(next);
    }

    fn take_handles(&mut self, found: Result<Handles, Trouble>, now: Instant) {
        let Page::Attached(attached) = &mut self.page else { return };
        attached.wants_handles = false;
        match found {
            Ok(handles) => {
                let uptime = attached.history.newest().map_or(0, |sample| sample.uptime_ms);
                attached.handles = Some((handles, uptime));
            }
            Err(Trouble::Silent) => attached.is_silent = true,
            Err(trouble) => return self.lose(&trouble, now),
        }
        self.ask_at(now);
    }

    /// The process is gone, or is not to be understood.
    fn lose(&mut self, trouble: &Trouble, now: Instant) {
        let Page::Attached(attached) = &self.page else { return };
        let name = attached.name();
        let is_running = Path::new("/proc").join(attached.socket.pid.to_string()).exists();
        let message = match trouble {
            Trouble::Gone if is_running => format!("{name} does not listen any more"),
            Trouble::Gone => format!("{name} has ended"),
            other => format!("{name}: {other}"),
        };
        self.detach(Some(message), now);
    }
}
