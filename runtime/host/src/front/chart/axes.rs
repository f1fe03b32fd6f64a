//! Bars and lines over two axes.

use std::fmt::Write;

use super::super::print::escape;
use super::{COLOURS, Data, legend, number, open_svg, tooltip};

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;
/// Words along the axis.
const WORDS_MAX: usize = 12;
/// About how wide a character is, and what keeps two words apart.
const CHAR: f64 = 7.2;
const GAP: f64 = 8.0;
/// Longer words are cut.
const WORD_CHARS_MAX: usize = 12;
/// More points than this are a line without dots.
const DOTS_MAX: usize = 40;

/// How a value is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// From the zero line.
    Bar,
    /// Joined.
    Line,
}

/// The range of values and the distance of its grid lines: 1, 2 or 5 times a power of ten.
struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

impl Scale {
    fn of(data: &Data<'_>) -> Scale {
        let values = || data.series.iter().flat_map(|line| line.values.iter().flatten());
        let low = values().copied().fold(0.0, f64::min);
        let high = values().copied().fold(0.0, f64::max);
        let span = if high - low > 0.0 { high - low } else { 1.0 };
        let power = 10f64.powf((span / 4.0).log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power);
        let step = step.into_iter().find(|step| span / step <= 5.0).unwrap_or(span);
        let high = (high / step).ceil() * step;
        let low = (low / step).floor() * step;
        Scale { low, high: if high > low { high } else { low + step }, step }
    }

    fn y(&self, value: f64) -> f64 {
        let share = (value - self.low) / (self.high - self.low);
        TOP + (1.0 - share) * (HEIGHT - TOP - BOTTOM)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> {
        let count = ((self.high - self.low) / self.step).round().min(20.0) as usize;
        let (low, step) = (self.low, self.step);
        (0..=count).map(move |at| low + step * at as f64)
    }
}

/// Append the picture and its legend.
pub fn draw(out: &mut String, data: &Data<'_>, mark: Mark) {
    let scale = Scale::of(data);
    let slot = (WIDTH - LEFT - RIGHT) / data.labels.len().max(1) as f64;
    open_svg(out, data, "axes", WIDTH, HEIGHT);
    grid(out, data, &scale);
    words(out, data, slot);
    match mark {
        Mark::Bar => bars(out, data, &scale, slot),
        Mark::Line => lines(out, data, &scale, slot),
    }
    out.push_str("</svg>");
    if data.series.len() > 1 {
        legend(out, data.series.iter().map(|line| (line.name, None)));
    }
}

fn grid(out: &mut String, data: &Data<'_>, scale: &Scale) {
    for tick in scale.ticks() {
        let y = scale.y(tick);
        let class = if tick.abs() < scale.step / 1e6 { "zero" } else { "grid" };
        let right = WIDTH - RIGHT;
        let _ = write!(
            out,
            "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">",
            LEFT - 8.0,
            y + 4.0
        );
        escape(out, &number::format(tick, data.locale));
        out.push_str("</text>");
    }
}

fn words(out: &mut String, data: &Data<'_>, slot: f64) {
    let every = data.labels.len().div_ceil(WORDS_MAX).max(apart(data, slot)).max(1);
    for (at, label) in data.labels.iter().enumerate().step_by(every) {
        let x = LEFT + slot * (at as f64 + 0.5);
        let _ = write!(
            out,
            "<text class=\"tick\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">",
            HEIGHT - 8.0
        );
        let mut chars = label.chars();
        let short: String = chars.by_ref().take(WORD_CHARS_MAX).collect();
        escape(out, &short);
        if chars.next().is_some() {
            out.push('\u{2026}');
        }
        out.push_str("</text>");
    }
}

/// Every how many words none runs into the next.
fn apart(data: &Data<'_>, slot: f64) -> usize {
    let longest = data.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
    let width = longest.min(WORD_CHARS_MAX + 1) as f64 * CHAR + GAP;
    (width / slot).ceil() as usize
}

fn bars(out: &mut String, data: &Data<'_>, scale: &Scale, slot: f64) {
    let width = slot * 0.7 / data.series.len().max(1) as f64;
    let zero = scale.y(0.0);
    for (nth, line) in data.series.iter().enumerate() {
        for (at, (value, label)) in line.values.iter().zip(&data.labels).enumerate() {
            let Some(value) = *value else { continue };
            let x = LEFT + slot * (at as f64 + 0.15) + width * nth as f64;
            let (y, bottom) = (scale.y(value.max(0.0)), scale.y(value.min(0.0)));
            let height = if value == 0.0 { 0.0 } else { (bottom - y).max(1.0) };
            let y = if value < 0.0 { zero } else { y };
            let _ = write!(
                out,
                "<rect class=\"c{}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" \
                 height=\"{height:.1}\" rx=\"{:.1}\">",
                nth % COLOURS,
                (width / 4.0).min(3.0)
            );
            tooltip(out, &data.caption(line, label, value));
            out.push_str("</rect>");
        }
    }
}

fn lines(out: &mut String, data: &Data<'_>, scale: &Scale, slot: f64) {
    let x = |at: usize| LEFT + slot * (at as f64 + 0.5);
    for (nth, line) in data.series.iter().enumerate() {
        let colour = nth % COLOURS;
        // A missing number interrupts the line.
        for (start, part) in parts(&line.values) {
            let _ = write!(out, "<polyline class=\"line c{colour}\" points=\"");
            for (at, value) in part.iter().enumerate() {
                let _ = write!(out, "{:.1},{:.1} ", x(start + at), scale.y(*value));
            }
            out.push_str("\"/>");
        }
        if data.labels.len() > DOTS_MAX {
            continue;
        }
        for (at, (value, label)) in line.values.iter().zip(&data.labels).enumerate() {
            let Some(value) = *value else { continue };
            let (x, y) = (x(at), scale.y(value));
            let _ =
                write!(out, "<circle class=\"c{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\">");
            tooltip(out, &data.caption(line, label, value));
            out.push_str("</circle>");
        }
    }
}

/// The runs of numbers, each with its start.
fn parts(values: &[Option<f64>]) -> Vec<(usize, Vec<f64>)> {
    let mut parts: Vec<(usize, Vec<f64>)> = Vec::new();
    let mut joined = false;
    for (at, value) in values.iter().enumerate() {
        match (value, parts.last_mut()) {
            (Some(value), Some((_, part))) if joined => part.push(*value),
            (Some(value), _) => parts.push((at, vec![*value])),
            (None, _) => {}
        }
        joined = value.is_some();
    }
    parts
}
