//! Charts: data only. The host draws them, with a table of the same numbers.

use crate::bindings::app::domicile::app::ui;

/// A chart to put into a view with `(chart)`.
///
/// ```ignore
/// Chart::bar("March").unit("EUR").labels(["Rent", "Food"]).series("Spent", [800.0, 312.5])
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    node: ui::Chart,
}

impl Chart {
    fn new(kind: ui::ChartKind, title: impl Into<String>) -> Self {
        let (labels, series) = (Vec::new(), Vec::new());
        Chart { node: ui::Chart { kind, title: title.into(), unit: String::new(), labels, series } }
    }

    /// Bars side by side for each label.
    pub fn bar(title: impl Into<String>) -> Self {
        Chart::new(ui::ChartKind::Bar, title)
    }

    /// A line for each series.
    pub fn line(title: impl Into<String>) -> Self {
        Chart::new(ui::ChartKind::Line, title)
    }

    /// Shares of a whole: one series of values that are not negative.
    pub fn donut(title: impl Into<String>) -> Self {
        Chart::new(ui::ChartKind::Donut, title)
    }

    /// Printed after each value: `EUR`, `kWh`, `%`.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.node.unit = unit.into();
        self
    }

    /// What stands along the axis, or names the shares.
    pub fn labels<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
        self.node.labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// One value for each label, in order: missing ones are 0, and so is what is not a number.
    pub fn series(
        mut self,
        name: impl Into<String>,
        values: impl IntoIterator<Item = f64>,
    ) -> Self {
        let finite = values.into_iter().map(|v| if v.is_finite() { v } else { 0.0 });
        self.node.series.push(ui::Series { name: name.into(), values: finite.collect() });
        self
    }

    pub(super) fn as_node(&self) -> ui::Chart {
        let mut node = self.node.clone();
        for series in &mut node.series {
            series.values.resize(node.labels.len(), 0.0);
        }
        node
    }
}
