//! Shares of a whole: the first series as a ring.

use std::fmt::Write;

use super::super::print::escape;
use super::{COLOURS, Data, legend, open_svg, tooltip};

const SIZE: f64 = 42.0;
/// The ring whose circumference is 100, so that a dash is a share in percent.
const RADIUS: f64 = 15.915_494_309_189_533;

/// Append the ring and its legend. What is not above nothing has no share.
pub fn draw(out: &mut String, data: &Data<'_>) {
    let first = data.series.first();
    let values = first.map(|line| line.values.as_slice()).unwrap_or_default();
    let shares: Vec<(&str, f64)> = data
        .labels
        .iter()
        .zip(values)
        .map(|(label, value)| (*label, value.unwrap_or_default().max(0.0)))
        .collect();
    let total: f64 = shares.iter().map(|(_, value)| value).sum();
    out.push_str("<div class=\"donut\">");
    open_svg(out, data, "ring", SIZE, SIZE);
    let middle = SIZE / 2.0;
    let _ =
        write!(out, "<circle class=\"track\" cx=\"{middle}\" cy=\"{middle}\" r=\"{RADIUS:.3}\"/>");
    let mut before = 0.0;
    for (at, (label, value)) in shares.iter().enumerate() {
        if total <= 0.0 || *value <= 0.0 {
            continue;
        }
        let share = value / total * 100.0;
        // A ring begins at three o'clock: turn it back to twelve.
        let _ = write!(
            out,
            "<circle class=\"slice c{}\" cx=\"{middle}\" cy=\"{middle}\" r=\"{RADIUS:.3}\" \
             stroke-dasharray=\"{share:.3} {:.3}\" stroke-dashoffset=\"{:.3}\">",
            at % COLOURS,
            100.0 - share,
            25.0 - before
        );
        tooltip(out, &format!("{label}: {} ({share:.0}\u{a0}%)", data.amount(*value)));
        out.push_str("</circle>");
        before += share;
    }
    let _ = write!(
        out,
        "<text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\" class=\"total\">",
        middle + 1.4
    );
    escape(out, &data.amount(total));
    out.push_str("</text></svg>");
    legend(out, shares.iter().map(|(label, value)| (*label, Some(data.amount(*value)))));
    out.push_str("</div>");
}
