//! What several tests use.
#![allow(dead_code)]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// What has happened, in order.
#[derive(Clone, Default)]
pub struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    pub fn add(&self, what: impl Into<String>) {
        self.0.borrow_mut().push(what.into());
    }

    /// What has happened since this was asked before.
    #[track_caller]
    pub fn expect(&self, expected: &[&str]) {
        assert_eq!(self.0.take(), expected);
    }

    #[track_caller]
    pub fn expect_in_any_order(&self, expected: &[&str]) {
        let (mut happened, mut expected) = (self.0.take(), expected.to_vec());
        happened.sort();
        expected.sort();
        assert_eq!(happened, expected);
    }

    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

/// A folder that is removed again.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        // Short enough for the path of a socket.
        let path = std::env::temp_dir().join(format!("uv-{}-{number}", std::process::id()));
        std::fs::create_dir(&path).expect("a folder of our own");
        Folder(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whoever starts the tests with valgrind says so.
pub fn is_under_valgrind() -> bool {
    std::env::var_os("UV_UNDER_VALGRIND").is_some()
}

pub const NONE: Duration = Duration::ZERO;

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub fn any_port() -> std::net::SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

/// The text of a panic, which `call` must come to.
#[track_caller]
pub fn panic_of<T>(call: impl FnOnce() -> T) -> String {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call));
    let payload = result.map(drop).expect_err("it panics");
    match payload.downcast::<String>() {
        Ok(text) => *text,
        Err(payload) => payload.downcast::<&str>().expect("a text").to_string(),
    }
}
