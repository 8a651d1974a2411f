//! The thread that asks processes, so that the screen never waits for one.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::args::Topic;
use crate::client::{Trouble, ask};
use crate::events::Event;
use crate::list::{Listed, list};
use crate::model::{Handles, Sample};
use crate::plain::PATIENCE;

/// What to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    List(Vec<PathBuf>),
    /// Of the process with this socket.
    Sample(PathBuf),
    Handles(PathBuf),
}

/// What was found out, for the socket that was asked.
#[derive(Clone, Debug)]
pub enum Answer {
    List(Vec<Listed>),
    Sample(PathBuf, Result<Sample, Trouble>),
    Handles(PathBuf, Result<Handles, Trouble>),
}

pub fn carry_out(order: Order) -> Answer {
    match order {
        Order::List(folders) => Answer::List(list(&folders)),
        Order::Sample(path) => {
            let found = ask(&path, Topic::Json, PATIENCE).and_then(|answer| Sample::parse(&answer));
            Answer::Sample(path, found)
        }
        Order::Handles(path) => {
            let found = ask(&path, Topic::Handles, PATIENCE).and_then(|answer| Handles::parse(&answer));
            Answer::Handles(path, found)
        }
    }
}

/// Starts it. It ends with the sender of orders, or with the receiver of answers.
pub fn start(answers: Sender<Event>) -> Sender<Order> {
    let (orders, ordered) = channel();
    thread::spawn(move || {
        for order in ordered {
            if answers.send(Event::Answer(Box::new(carry_out(order)))).is_err() {
                break;
            }
        }
    });
    orders
}
