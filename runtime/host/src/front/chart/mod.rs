//! Charts: numbers in, an SVG picture and a table of the same numbers out.
//!
//! An app hands over data only. The picture is the host's: shapes with classes whose colours come
//! from the stylesheet, so that it follows light and dark; everything that an app named is
//! escaped text.

mod axes;
mod donut;
mod number;
mod table;

use std::fmt::Write;

use super::limits::{CHART_LABELS_MAX, CHART_SERIES_MAX};
use super::print::{attribute, escape};
use crate::caps::bindings::ui::{Chart, ChartKind};
use crate::house::Locale;

/// Colours in the stylesheet; a thirteenth series would begin again.
const COLOURS: usize = CHART_SERIES_MAX;

/// What of a chart counts as text of the page.
pub fn text_bytes(chart: &Chart) -> usize {
    let labels = chart.labels.iter().map(String::len);
    let series = chart.series.iter().map(|series| series.name.len() + series.values.len() * 8);
    chart.title.len() + chart.unit.len() + labels.sum::<usize>() + series.sum::<usize>()
}

/// A chart within the limits; what goes past them is left out of picture and table alike.
struct Data<'a> {
    title: &'a str,
    unit: &'a str,
    labels: Vec<&'a str>,
    series: Vec<Line<'a>>,
    locale: Locale,
}

struct Line<'a> {
    name: &'a str,
    /// One for each label; `None` is no number.
    values: Vec<Option<f64>>,
}

impl<'a> Data<'a> {
    fn of(chart: &'a Chart, locale: Locale) -> Data<'a> {
        let labels: Vec<&str> =
            chart.labels.iter().take(CHART_LABELS_MAX).map(String::as_str).collect();
        let line = |series: &'a crate::caps::bindings::ui::Series| {
            let value = |at| series.values.get(at).copied().filter(|value: &f64| value.is_finite());
            let values = (0..labels.len()).map(value);
            Line { name: &series.name, values: values.map(|v| v.map(bounded)).collect() }
        };
        let series = chart.series.iter().take(CHART_SERIES_MAX).map(line).collect();
        Data { title: &chart.title, unit: &chart.unit, labels, series, locale }
    }

    /// `1,234.50 EUR`.
    fn amount(&self, value: f64) -> String {
        let mut text = number::format(value, self.locale);
        if !self.unit.is_empty() {
            text.push('\u{a0}');
            text.push_str(self.unit);
        }
        text
    }

    /// `July: 12 EUR`, with the series' name if there are several.
    fn caption(&self, line: &Line<'_>, label: &str, value: f64) -> String {
        let amount = self.amount(value);
        if self.series.len() > 1 && !line.name.is_empty() {
            format!("{label}, {}: {amount}", line.name)
        } else {
            format!("{label}: {amount}")
        }
    }
}

/// Larger numbers would not fit a label.
fn bounded(value: f64) -> f64 {
    value.clamp(-1e15, 1e15)
}

/// Append the figure.
pub fn draw(out: &mut String, chart: &Chart, locale: Locale) {
    let data = Data::of(chart, locale);
    out.push_str("<figure class=\"chart\">");
    if !data.title.is_empty() {
        out.push_str("<figcaption>");
        escape(out, data.title);
        out.push_str("</figcaption>");
    }
    match chart.kind {
        ChartKind::Bar => axes::draw(out, &data, axes::Mark::Bar),
        ChartKind::Line => axes::draw(out, &data, axes::Mark::Line),
        ChartKind::Donut => donut::draw(out, &data),
    }
    table::draw(out, &data);
    out.push_str("</figure>");
}

fn open_svg(out: &mut String, data: &Data<'_>, class: &str, width: f64, height: f64) {
    let _ = write!(out, "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\"");
    attribute(out, "aria-label", data.title);
    out.push('>');
}

/// A tooltip, and what a screen reader says of the shape.
fn tooltip(out: &mut String, text: &str) {
    out.push_str("<title>");
    escape(out, text);
    out.push_str("</title>");
}

/// Names beside their colours.
fn legend<'a>(out: &mut String, entries: impl Iterator<Item = (&'a str, Option<String>)>) {
    out.push_str("<ul class=\"chart-legend\">");
    for (at, (name, amount)) in entries.enumerate() {
        let _ = write!(out, "<li><span class=\"swatch c{}\"></span>", at % COLOURS);
        escape(out, name);
        if let Some(amount) = amount {
            out.push_str(" <span class=\"amount\">");
            escape(out, &amount);
            out.push_str("</span>");
        }
        out.push_str("</li>");
    }
    out.push_str("</ul>");
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
