//! The same numbers as a table, for those who can't see the picture or want to copy them.

use super::super::print::escape;
use super::Data;
use crate::house::Locale;

/// Append the table, folded.
pub fn draw(out: &mut String, data: &Data<'_>) {
    out.push_str("<details class=\"chart-table\"><summary>");
    out.push_str(match data.locale {
        Locale::En => "The numbers",
        Locale::Fr => "Les chiffres",
    });
    out.push_str("</summary><div class=\"scroll\"><table><thead><tr><th scope=\"col\">");
    escape(out, data.title);
    out.push_str("</th>");
    for line in &data.series {
        out.push_str("<th scope=\"col\" class=\"right\">");
        escape(out, if line.name.is_empty() { data.unit } else { line.name });
        out.push_str("</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for (at, label) in data.labels.iter().enumerate() {
        out.push_str("<tr><th scope=\"row\">");
        escape(out, label);
        out.push_str("</th>");
        for line in &data.series {
            out.push_str("<td class=\"amount\">");
            match line.values.get(at).copied().flatten() {
                Some(value) => escape(out, &data.amount(value)),
                None => out.push('\u{2013}'),
            }
            out.push_str("</td>");
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div></details>");
}
