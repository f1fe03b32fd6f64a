//! Which operations the owner wants to see. In: the query of a page. Out: a selector for the home,
//! and the rest of the question, which only this app can answer: categories and days are worked out
//! when read.

mod selector;
#[cfg(test)]
mod tests;

use crate::category::{self, Category, Chooser};
use crate::model::Operation;
use domicile_sdk::form::parse_number;
use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;

/// As in the address of a page; all parts may be missing, and what can't be read counts as missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    q: Option<String>,
    account: Option<String>,
    category: Option<String>,
    tag: Option<String>,
    month: Option<String>,
    from: Option<String>,
    to: Option<String>,
    min: Option<String>,
    max: Option<String>,
    sign: Option<Sign>,
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    In,
    Out,
}

impl Sign {
    pub fn as_str(self) -> &'static str {
        match self {
            Sign::In => "in",
            Sign::Out => "out",
        }
    }
}

impl Filter {
    /// The operations of one month.
    pub fn month_of(month: Month) -> Self {
        Filter { month: Some(month.to_string()), ..Filter::default() }
    }

    /// The operations of some days.
    pub fn of_days(from: Date, to: Date) -> Self {
        let (from, to) = (Some(from.to_string()), Some(to.to_string()));
        Filter { from, to, ..Filter::default() }
    }

    pub fn text(&self) -> &str {
        self.q.as_deref().map(str::trim).unwrap_or_default()
    }

    pub fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    /// The category asked for; that of a whole group takes all of it.
    pub fn category(&self) -> Option<&'static Category> {
        category::find(self.category.as_deref()?)
    }

    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref().map(str::trim)
    }

    pub fn month(&self) -> Option<Month> {
        Month::parse(self.month.as_deref()?)
    }

    /// The first day asked for.
    pub fn from(&self) -> Option<Date> {
        Date::parse(self.from.as_deref()?)
    }

    /// The last day asked for.
    pub fn to(&self) -> Option<Date> {
        Date::parse(self.to.as_deref()?)
    }

    /// The least amount, whether it came or went.
    pub fn min(&self) -> Option<f64> {
        Some(parse_number(self.min.as_deref()?)?.abs())
    }

    /// The greatest amount, whether it came or went.
    pub fn max(&self) -> Option<f64> {
        Some(parse_number(self.max.as_deref()?)?.abs())
    }

    pub fn sign(&self) -> Option<Sign> {
        self.sign
    }

    /// The cursor of the page.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Is everything shown?
    pub fn is_all(&self) -> bool {
        self.pairs().iter().all(|(_, value)| value.as_ref().is_none_or(String::is_empty))
    }

    /// Does it ask for what most questions leave out?
    pub fn is_detailed(&self) -> bool {
        let amount = self.min().or(self.max());
        self.from().or(self.to()).is_some() || amount.is_some() || self.tag().is_some()
    }

    /// The address of the same question under `path`, from its first page.
    pub fn link(&self, to: &str) -> Link {
        let pairs = self.pairs().into_iter();
        pairs.fold(path(to), |link, (name, value)| link.query_option(name, value))
    }

    /// The question as it stands in an address.
    fn pairs(&self) -> [(&'static str, Option<String>); 10] {
        let amount = |text: &Option<String>| text.clone().filter(|t| parse_number(t).is_some());
        [
            ("q", Some(self.text().to_owned())),
            ("account", self.account.clone()),
            ("category", self.category().map(|category| category.id.to_owned())),
            ("tag", self.tag().map(str::to_owned)),
            ("month", self.month().map(|month| month.to_string())),
            ("from", self.from().map(|day| day.to_string())),
            ("to", self.to().map(|day| day.to_string())),
            ("min", amount(&self.min)),
            ("max", amount(&self.max)),
            ("sign", self.sign.map(|sign| sign.as_str().to_owned())),
        ]
    }

    /// What the home can answer: all that [`fits`](Filter::fits), and perhaps more.
    pub fn selector(&self) -> Value {
        selector::of(self)
    }

    /// Is it wanted, after all?
    pub fn fits(&self, doc: &Doc<Operation>, chooser: &Chooser) -> bool {
        self.fits_day(doc.value.day())
            && self.category().is_none_or(|wanted| {
                chooser.shares(doc).iter().any(|(found, _)| found.is_within(wanted))
            })
    }

    fn fits_day(&self, day: Option<Date>) -> bool {
        self.month().is_none_or(|month| day.is_some_and(|day| day.month == month))
            && self.from().is_none_or(|from| day.is_some_and(|day| day >= from))
            && self.to().is_none_or(|to| day.is_some_and(|day| day <= to))
    }
}
