//! For locales that have no more characters than ASCII.

use ratatui::buffer::Buffer;

/// What stands for a character.
fn ascii(symbol: &str) -> &'static str {
    match symbol {
        "▁" => "_",
        "▂" => ".",
        "▃" => ":",
        "▄" => "-",
        "▅" => "=",
        "▆" => "+",
        "▇" => "*",
        "█" => "#",
        "µ" => "u",
        "│" => "|",
        "─" => "-",
        "▸" | "▾" => ">",
        "…" => "~",
        _ => "?",
    }
}

pub fn reduce(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let replaced = ascii(cell.symbol());
            cell.set_symbol(replaced);
        }
    }
}
