//! Watching files and folders.
#![forbid(unsafe_code)]

use std::ffi::{OsStr, OsString};
use std::path::Path;

use crate::error::{Result, check};
use crate::event_loop::LoopRef;
use crate::handle::handle_type;
use crate::raw::fs_event::{Watches, on_event};
use crate::raw::handle::{self, create};
use crate::raw::text;
use crate::slot::Slot;
use crate::sys;

handle_type! {
    /// Calls back when a file, or what is in a folder, changes.
    FsEvent: uv_fs_event_t
}

/// What has happened to a watched path.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// The name in the folder, or of the file, if the system says.
    pub name: Option<&'a OsStr>,
    /// Something was made, removed or renamed.
    pub is_rename: bool,
    /// What is in it has changed.
    pub is_change: bool,
}

type Changed = dyn FnMut(&FsEvent, Result<Event<'_>>);

#[derive(Default)]
pub struct State {
    on_event: Slot<Changed>,
}

impl handle::State for State {
    fn clear(&self) {
        self.on_event.clear();
    }
}

impl Watches for FsEvent {
    fn on_event(&self, name: Option<OsString>, events: Result<i32>) {
        let event = events.map(|events| Event {
            name: name.as_deref(),
            is_rename: events & 1 != 0,
            is_change: events & 2 != 0,
        });
        self.0.state.on_event.call(|callback| callback(self, event));
    }
}

impl FsEvent {
    /// Makes the handle, which is yet to be started.
    pub fn new(event_loop: &LoopRef) -> Result<FsEvent> {
        create(event_loop, State::default(), |event_loop, watcher| sys::uv_fs_event_init(event_loop, watcher))
    }

    /// Watches a path: a file, or a folder without those in it.
    pub fn start(
        &self,
        path: impl AsRef<Path>,
        callback: impl FnMut(&FsEvent, Result<Event<'_>>) + 'static,
    ) -> Result<()> {
        let path = text::of_path(path.as_ref())?;
        check(sys::uv_fs_event_start(self.0.open()?, on_event::<FsEvent>, path.as_c_str().into(), 0))?;
        self.0.state.on_event.set(Box::new(callback));
        Ok(())
    }

    /// Stops watching.
    pub fn stop(&self) -> Result<()> {
        check(sys::uv_fs_event_stop(self.0.open()?))?;
        self.0.state.on_event.clear();
        Ok(())
    }
}
