use super::*;
use crate::caps::bindings::ui::Series;

fn chart(kind: ChartKind, labels: &[&str], series: &[(&str, &[f64])]) -> Chart {
    Chart {
        kind,
        title: "Spent <b>".to_owned(),
        unit: "EUR".to_owned(),
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        series: series
            .iter()
            .map(|(name, values)| Series { name: (*name).to_owned(), values: values.to_vec() })
            .collect(),
    }
}

fn drawn(chart: &Chart) -> String {
    let mut out = String::new();
    draw(&mut out, chart, Locale::En);
    out
}

#[test]
fn bars_have_one_shape_a_number_and_a_table() {
    let html = drawn(&chart(ChartKind::Bar, &["Jan", "Feb"], &[("", &[1200.0, -300.5])]));
    assert_eq!(html.matches("<rect").count(), 2);
    assert!(html.contains("<title>Jan: 1,200\u{a0}EUR</title>"), "{html}");
    assert!(html.contains("<td class=\"amount\">\u{2212}300.50\u{a0}EUR</td>"));
    assert!(!html.contains("chart-legend"), "one series needs no legend");
}

#[test]
fn what_an_app_names_is_text() {
    let name = "</title><script>alert(1)</script>";
    for kind in [ChartKind::Bar, ChartKind::Line, ChartKind::Donut] {
        let html = drawn(&chart(kind, &[name, name], &[(name, &[1.0, 2.0]), (name, &[3.0, 4.0])]));
        assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
    }
}

#[test]
fn a_line_breaks_where_a_number_is_missing() {
    let values: &[f64] = &[1.0, 2.0, f64::NAN, 3.0, f64::INFINITY];
    let html = drawn(&chart(ChartKind::Line, &["a", "b", "c", "d", "e"], &[("x", values)]));
    assert_eq!(html.matches("<polyline").count(), 2);
    assert_eq!(html.matches("<circle").count(), 3);
    assert_eq!(html.matches("\u{2013}</td>").count(), 2);
    assert!(!html.contains("NaN") && !html.contains("inf"));
}

#[test]
fn a_ring_shares_what_is_above_nothing() {
    let html = drawn(&chart(ChartKind::Donut, &["a", "b", "c"], &[("x", &[3.0, 1.0, -5.0])]));
    assert_eq!(html.matches("class=\"slice").count(), 2);
    assert!(html.contains("stroke-dasharray=\"75.000 25.000\""), "{html}");
    assert!(html.contains(">4\u{a0}EUR</text>"));
}

#[test]
fn odd_shapes_are_drawn_too() {
    for kind in [ChartKind::Bar, ChartKind::Line, ChartKind::Donut] {
        for values in [&[][..], &[0.0], &[f64::MAX, f64::MIN], &[1e-300]] {
            let html = drawn(&chart(kind, &["a", "b"], &[("x", values)]));
            assert!(!html.contains("NaN") && !html.contains("inf"), "{html}");
        }
        drawn(&chart(kind, &[], &[]));
    }
}

#[test]
fn words_along_the_axis_keep_apart() {
    let words = |label: &str| {
        let html = drawn(&chart(ChartKind::Line, &[label; 12], &[("x", &[1.0; 12])]));
        html.matches("text-anchor=\"middle\"").count()
    };
    assert_eq!((words("Dec"), words("Dec 2025"), words("September 2025")), (12, 6, 4));
}

#[test]
fn limits_hold() {
    let labels: Vec<&str> = vec!["a"; CHART_LABELS_MAX + 1];
    let values = vec![1.0; CHART_LABELS_MAX + 1];
    let series: Vec<(&str, &[f64])> = vec![("x", &values[..]); CHART_SERIES_MAX + 1];
    let html = drawn(&chart(ChartKind::Bar, &labels, &series));
    assert_eq!(html.matches("<rect").count(), CHART_LABELS_MAX * CHART_SERIES_MAX);
}
