//! The terminal: taken for the screen, and given back as it was, whatever happens.

use std::env;
use std::io::{self, IsTerminal, Stdout};
use std::mem::ManuallyDrop;
use std::panic;

use crossterm::cursor::Show;
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use signal_hook::consts::SIGSTOP;

use crate::ui::Theme;

/// Why there can be no screen, and what to do instead.
pub fn refusal() -> Option<String> {
    let term = env::var_os("TERM").unwrap_or_default();
    let why = if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
        "this is no terminal".into()
    } else if term.is_empty() || term == "dumb" {
        format!("this terminal cannot move its cursor (TERM={})", term.to_string_lossy())
    } else {
        return None;
    };
    Some(format!("{why}; `uvtop --once` prints a report"))
}

/// Colours unless the user wants none, and characters that the locale has.
pub fn theme() -> Theme {
    let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| set(name));
    let locale = locale.unwrap_or_default().to_lowercase();
    // Without any locale, as in many containers, the terminal is at the other end of a connection: most have UTF-8.
    let is_unicode = locale.is_empty() || locale.contains("utf-8") || locale.contains("utf8");
    Theme { has_colour: set("NO_COLOR").is_none(), is_unicode }
}

pub struct Screen {
    /// Its own end complains on standard error if it cannot show the cursor, and panics where that is gone as well.
    terminal: ManuallyDrop<Terminal<CrosstermBackend<Stdout>>>,
}

impl Screen {
    pub fn open() -> io::Result<Screen> {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            restore();
            before(what);
        }));
        take()?;
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout())).inspect_err(|_| restore())?;
        Ok(Screen { terminal: ManuallyDrop::new(terminal) })
    }

    pub fn terminal(&mut self) -> &mut Terminal<CrosstermBackend<Stdout>> {
        &mut self.terminal
    }

    /// Stops this process, as the terminal's suspend key would, until somebody continues it.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        signal_hook::low_level::raise(SIGSTOP)?;
        take()?;
        self.terminal.clear()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen).inspect_err(|_| restore())
}

fn restore() {
    // Where the terminal is gone there is nothing to give back.
    let _ = execute!(io::stdout(), LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}
