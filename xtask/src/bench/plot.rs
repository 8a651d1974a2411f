//! A small writer of SVG plots: panels in columns, each with lines over two axes.

use std::fmt::Write as _;

#[derive(Clone, Copy, PartialEq)]
pub enum Scale {
    Linear,
    /// Zero, and all else below the beginning, stands at the beginning.
    Log,
}

#[derive(Clone)]
pub struct Axis {
    pub scale: Scale,
    pub from: f64,
    pub to: f64,
    /// Where a number stands, and how it is written.
    pub ticks: Vec<(f64, String)>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Stroke {
    Solid,
    Dashed,
    /// Points alone.
    Points,
}

pub struct Series {
    /// In the legend, once for all panels; without a name it is not there.
    pub name: &'static str,
    pub colour: &'static str,
    pub stroke: Stroke,
    pub points: Vec<(f64, f64)>,
}

pub struct Panel {
    pub title: String,
    pub x: Axis,
    pub y: Axis,
    /// Heights at which a line goes through the panel.
    pub levels: Vec<f64>,
    pub series: Vec<Series>,
}

const WIDTH: f64 = 300.0;
const HEIGHT: f64 = 150.0;
/// Around a panel: room for its title and its numbers.
const LEFT: f64 = 46.0;
const TOP: f64 = 22.0;
const CELL: (f64, f64) = (WIDTH + LEFT + 14.0, HEIGHT + TOP + 26.0);
/// Over all panels: the legend.
const HEAD: f64 = 26.0;

impl Axis {
    /// How far along the axis a value stands, from 0 to 1; what lies outside stands at the end.
    fn place(&self, value: f64) -> f64 {
        let share = match self.scale {
            Scale::Linear => (value - self.from) / (self.to - self.from),
            Scale::Log => (value / self.from).ln() / (self.to / self.from).ln(),
        };
        if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
    }

    /// A logarithmic axis around these values, with a number at each power of ten.
    pub fn powers_of_ten(values: impl IntoIterator<Item = f64>) -> Axis {
        let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
        for value in values.into_iter().filter(|value| *value > 0.0 && value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if high == 0.0 {
            (low, high) = (1.0, 10.0);
        }
        let first = low.log10().floor() as i32;
        let last = (high.log10().ceil() as i32).max(first + 1);
        let ticks = (first..=last).map(|power| (10f64.powi(power), short(10f64.powi(power)))).collect();
        Axis { scale: Scale::Log, from: 10f64.powi(first), to: 10f64.powi(last), ticks }
    }
}

/// 1000 as 1k.
fn short(value: f64) -> String {
    match value {
        v if v >= 1e6 => format!("{}M", v / 1e6),
        v if v >= 1e3 => format!("{}k", v / 1e3),
        v => format!("{v}"),
    }
}

pub fn svg(columns: usize, panels: &[Panel]) -> String {
    let rows = panels.len().div_ceil(columns);
    let (width, height) = (CELL.0 * columns as f64, CELL.1 * rows as f64 + HEAD);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"11\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    legend(&mut text, panels);
    for (index, panel) in panels.iter().enumerate() {
        let x = (index % columns) as f64 * CELL.0 + LEFT;
        let y = (index / columns) as f64 * CELL.1 + TOP + HEAD;
        let _ = writeln!(text, "<g transform=\"translate({x},{y})\">");
        draw(&mut text, panel);
        text.push_str("</g>\n");
    }
    text.push_str("</svg>\n");
    text
}

fn legend(text: &mut String, panels: &[Panel]) {
    let mut told: Vec<&str> = Vec::new();
    let mut x = LEFT;
    for series in panels.iter().flat_map(|panel| &panel.series) {
        if series.name.is_empty() || told.contains(&series.name) {
            continue;
        }
        told.push(series.name);
        let _ = writeln!(
            text,
            "<path d=\"M{x} 13h24\" stroke=\"{}\" stroke-width=\"2\"{}/><text x=\"{}\" y=\"17\">{}</text>",
            series.colour,
            dashes(series.stroke),
            x + 30.0,
            series.name
        );
        x += 50.0 + 6.2 * series.name.len() as f64;
    }
}

fn dashes(stroke: Stroke) -> &'static str {
    if stroke == Stroke::Dashed { " stroke-dasharray=\"4 3\"" } else { "" }
}

fn draw(text: &mut String, panel: &Panel) {
    let at = |x: f64, y: f64| (panel.x.place(x) * WIDTH, HEIGHT - panel.y.place(y) * HEIGHT);
    let _ = writeln!(
        text,
        "<text x=\"0\" y=\"-6\" font-weight=\"bold\">{}</text>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"none\" stroke=\"#bbb\"/>",
        panel.title
    );
    for (value, name) in &panel.x.ticks {
        let (x, _) = at(*value, 0.0);
        let _ = writeln!(
            text,
            "<path d=\"M{x:.1} 0V{HEIGHT}\" stroke=\"#eee\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{name}</text>",
            HEIGHT + 14.0
        );
    }
    for (value, name) in &panel.y.ticks {
        let (_, y) = at(0.0, *value);
        let _ = writeln!(
            text,
            "<path d=\"M0 {y:.1}H{WIDTH}\" stroke=\"#eee\"/>\
             <text x=\"-4\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>",
            y + 4.0
        );
    }
    for level in &panel.levels {
        let (_, y) = at(0.0, *level);
        let _ = writeln!(text, "<path d=\"M0 {y:.1}H{WIDTH}\" stroke=\"#888\"/>");
    }
    for series in &panel.series {
        let points: Vec<(f64, f64)> = series.points.iter().map(|&(x, y)| at(x, y)).collect();
        line(text, series, &points);
    }
}

fn line(text: &mut String, series: &Series, points: &[(f64, f64)]) {
    if series.stroke != Stroke::Points && points.len() > 1 {
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
        let _ = writeln!(
            text,
            "<path d=\"M{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.6\"{}/>",
            path.join("L"),
            series.colour,
            dashes(series.stroke)
        );
    }
    for (x, y) in points {
        let _ = writeln!(text, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2\" fill=\"{}\"/>", series.colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(scale: Scale, from: f64, to: f64) -> Axis {
        Axis { scale, from, to, ticks: Vec::new() }
    }

    #[test]
    fn a_logarithmic_axis_is_even_in_factors_and_keeps_what_lies_outside_at_its_ends() {
        let axis = axis(Scale::Log, 1.0, 100.0);
        assert!((axis.place(10.0) - 0.5).abs() < 1e-9);
        assert_eq!(axis.place(0.0), 0.0);
        assert_eq!(axis.place(1e6), 1.0);
        assert_eq!(axis.place(f64::NAN), 0.0);
    }

    #[test]
    fn powers_of_ten_hold_all_values() {
        let axis = Axis::powers_of_ten([3.0, 0.0, 2000.0]);
        assert_eq!((axis.from, axis.to), (1.0, 10_000.0));
        let names: Vec<&str> = axis.ticks.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["1", "10", "100", "1k", "10k"]);
        assert_eq!(Axis::powers_of_ten([]).to, 10.0);
        assert_eq!(Axis::powers_of_ten([10.0]).to, 100.0);
    }

    #[test]
    fn a_plot_has_each_line_and_each_name_once() {
        let panel = || Panel {
            title: "work".into(),
            x: axis(Scale::Log, 1.0, 100.0),
            y: axis(Scale::Linear, 0.0, 2.0),
            levels: vec![1.0],
            series: vec![Series {
                name: "time",
                colour: "#123",
                stroke: Stroke::Dashed,
                points: vec![(1.0, 0.0), (10.0, 1.0), (100.0, 5.0)],
            }],
        };
        let text = svg(2, &[panel(), panel(), panel()]);
        assert_eq!(text.matches(">time</text>").count(), 1);
        assert_eq!(text.matches("M0.0 150.0L150.0 75.0L300.0 0.0").count(), 3, "{text}");
        assert_eq!(text.matches("<g ").count(), text.matches("</g>").count());
    }
}
