//! What keys make of the app.

use std::time::Instant;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{App, Effect, Exit, Page, View, Window};

impl App {
    pub(super) fn key(&mut self, key: KeyEvent, now: Instant) -> Option<Effect> {
        self.message = None; // it has been seen
        if key.modifiers.contains(KeyModifiers::CONTROL) {
            return match key.code {
                KeyCode::Char('c') => Some(Effect::Exit(Exit::Quit)),
                KeyCode::Char('z') => Some(Effect::Suspend),
                KeyCode::Char('l') => Some(Effect::Redraw),
                _ => None,
            };
        }
        if self.shows_help && key.code != KeyCode::Char('q') {
            self.shows_help = false; // any key
            return None;
        }
        match key.code {
            KeyCode::Char('q') => return Some(Effect::Exit(Exit::Quit)),
            KeyCode::Char('?') => self.shows_help = true,
            KeyCode::Up | KeyCode::Char('k') => self.go(-1),
            KeyCode::Down | KeyCode::Char('j') => self.go(1),
            KeyCode::PageUp => self.go(-(self.page_rows as isize)),
            KeyCode::PageDown => self.go(self.page_rows as isize),
            KeyCode::Home => self.go(isize::MIN),
            KeyCode::End => self.go(isize::MAX),
            _ => match &self.page {
                Page::List(_) => self.list_key(key.code, now),
                Page::Attached(_) => self.attached_key(key.code, now),
            },
        }
        None
    }

    fn go(&mut self, lines: isize) {
        match &mut self.page {
            Page::List(list) => list.select(list.selected().saturating_add_signed(lines)),
            Page::Attached(_) => self.scroll = self.scroll.saturating_add_signed(lines),
        }
    }

    fn list_key(&mut self, key: KeyCode, now: Instant) {
        let Page::List(list) = &self.page else { return };
        if key == KeyCode::Enter {
            let found = list.found.as_deref().unwrap_or_default();
            if let Some(socket) = found.get(list.selected()).map(|one| one.socket.clone()) {
                self.attach(socket, now);
            }
        }
    }

    fn attached_key(&mut self, key: KeyCode, now: Instant) {
        match key {
            KeyCode::Esc | KeyCode::Backspace => self.detach(None, now),
            KeyCode::Tab => self.show(self.view.step(1), now),
            KeyCode::BackTab => self.show(self.view.step(View::ALL.len() - 1), now),
            KeyCode::Char(digit @ '1'..='4') => {
                let place = digit as usize - '1' as usize;
                self.show(View::Overview.step(place), now);
            }
            KeyCode::Char('h') => {
                self.show(View::Handles, now);
                self.want_handles(now);
            }
            KeyCode::Char('s') => self.sort = self.sort.next(),
            KeyCode::Char('w') => {
                self.window = if self.window == Window::Recent { Window::Ever } else { Window::Recent };
            }
            KeyCode::Char('p' | ' ') => {
                self.is_paused = !self.is_paused;
                self.due = now;
            }
            _ => {}
        }
    }

    fn show(&mut self, view: View, now: Instant) {
        if view != self.view {
            (self.view, self.scroll) = (view, 0);
        }
        if matches!(&self.page, Page::Attached(attached) if view == View::Handles && attached.handles.is_none())
        {
            self.want_handles(now);
        }
    }

    fn want_handles(&mut self, now: Instant) {
        if let Page::Attached(attached) = &mut self.page {
            attached.wants_handles = true;
            self.due = now;
        }
    }
}
