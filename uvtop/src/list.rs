//! Who listens.

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use crate::args::Topic;
use crate::client::{Trouble, ask};
use crate::model::Sample;
use crate::sockets::{self, Socket};

/// A list waits no longer for one that is stopped.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub struct Listed {
    pub socket: Socket,
    pub found: Result<Sample, Trouble>,
}

/// Asks all of them at the same time. Sockets that dead processes have left are passed by.
pub fn list(folders: &[PathBuf]) -> Vec<Listed> {
    let sockets = sockets::find(folders);
    let listed = thread::scope(|scope| {
        let asked = sockets.into_iter().map(|socket| {
            scope.spawn(move || {
                let found =
                    ask(&socket.path, Topic::Json, PATIENCE).and_then(|answer| Sample::parse(&answer));
                Listed { socket, found }
            })
        });
        let asked: Vec<_> = asked.collect();
        asked.into_iter().flat_map(|asked| asked.join()).collect::<Vec<_>>()
    });
    listed.into_iter().filter(|one| !matches!(one.found, Err(Trouble::Gone))).collect()
}
