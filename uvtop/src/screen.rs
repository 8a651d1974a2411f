//! The screen from its opening to its end: waits for events, has the app make something of them, and draws.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use crate::app::{App, Effect, Exit};
use crate::asker::{self, Order};
use crate::events::{self, Event};
use crate::terminal::{Screen, theme};
use crate::ui;

/// For ever, as good as.
const LONG: Duration = Duration::from_secs(3600);

/// A channel to which signals report from now on.
pub fn follow_signals() -> Result<(Sender<Event>, Receiver<Event>), String> {
    let (sender, receiver) = channel();
    events::follow_signals(sender.clone()).map_err(|error| format!("signals: {error}"))?;
    Ok((sender, receiver))
}

/// Runs the app on the terminal, which is given back before this returns.
pub fn run(app: &mut App, events: &(Sender<Event>, Receiver<Event>)) -> Result<Exit, String> {
    let trouble = |error: std::io::Error| format!("the terminal: {error}");
    let mut screen = Screen::open().map_err(trouble)?;
    let orders = asker::start(events.0.clone());
    events::follow_terminal(events.0.clone());
    let theme = theme();
    loop {
        screen.terminal().draw(|frame| ui::draw(frame, app, theme)).map_err(trouble)?;
        match next(app, &orders, &events.1) {
            None => {}
            Some(Effect::Suspend) => screen.suspend().map_err(trouble)?,
            Some(Effect::Redraw) => screen.terminal().clear().map_err(trouble)?,
            Some(Effect::Exit(exit)) => return Ok(exit),
        }
    }
}

/// Waits for the next event, and gives orders that are due meanwhile.
fn next(app: &mut App, orders: &Sender<Order>, events: &Receiver<Event>) -> Option<Effect> {
    let now = Instant::now();
    if let Some(order) = app.order(now) {
        let _ = orders.send(order); // the thread lives as long as the channel
    }
    match events.recv_timeout(app.wait(now).unwrap_or(LONG)) {
        Ok(event) => app.handle(event, Instant::now()),
        Err(RecvTimeoutError::Timeout) => None,
        Err(RecvTimeoutError::Disconnected) => Some(Effect::Exit(Exit::Quit)),
    }
}
