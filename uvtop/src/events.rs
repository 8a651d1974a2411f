//! All that the screen waits for, in one channel.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;

use crossterm::event::{self, KeyEvent, KeyEventKind};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use crate::asker::Answer;

#[derive(Debug)]
pub enum Event {
    Key(KeyEvent),
    /// The terminal has another size.
    Resized,
    /// The terminal is gone.
    NoInput,
    Answer(Box<Answer>),
    Signal(i32),
    /// The program that `uvtop run` has started has ended.
    ProgramEnded,
}

/// Tells of keys and sizes.
pub fn follow_terminal(events: Sender<Event>) {
    thread::spawn(move || {
        loop {
            let event = match event::read() {
                Ok(event::Event::Key(key)) if key.kind != KeyEventKind::Release => Event::Key(key),
                Ok(event::Event::Resize(..)) => Event::Resized,
                Ok(_) => continue,
                Err(_) => Event::NoInput,
            };
            let is_last = matches!(event, Event::NoInput);
            if events.send(event).is_err() || is_last {
                break;
            }
        }
    });
}

/// Tells of the signals that end, or stop, a program. From now on they do nothing else.
pub fn follow_signals(events: Sender<Event>) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP])?;
    thread::spawn(move || signals.forever().try_for_each(|signal| events.send(Event::Signal(signal))));
    Ok(())
}
