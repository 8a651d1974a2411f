//! Colours, and what stands for them where there are none.

use ratatui::style::{Color, Modifier, Style};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    pub has_colour: bool,
    pub is_unicode: bool,
}

impl Theme {
    fn either(self, colour: Color, without: Modifier) -> Style {
        if self.has_colour { Style::new().fg(colour) } else { Style::new().add_modifier(without) }
    }

    pub fn plain(self) -> Style {
        Style::new()
    }

    pub fn strong(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// What matters less. No colour: each is the background somewhere.
    pub fn faint(self) -> Style {
        Style::new().add_modifier(Modifier::DIM)
    }

    pub fn good(self) -> Style {
        self.either(Color::Green, Modifier::empty())
    }

    pub fn warning(self) -> Style {
        self.either(Color::Yellow, Modifier::BOLD)
    }

    pub fn bad(self) -> Style {
        self.either(Color::Red, Modifier::REVERSED).add_modifier(Modifier::BOLD)
    }

    /// Keys, and what is sorted by.
    pub fn key(self) -> Style {
        self.either(Color::Cyan, Modifier::BOLD)
    }

    /// The view, or the line, that is chosen.
    pub fn chosen(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD)
    }

    /// For a figure of which more is worse. Where there are no colours the figure has to do.
    pub fn by(self, value: f64, warning: f64, bad: f64) -> Style {
        match value {
            _ if !self.has_colour => self.plain(),
            _ if value >= bad => self.bad(),
            _ if value >= warning => self.warning(),
            _ => self.good(),
        }
    }
}
