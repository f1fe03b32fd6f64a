//! Which operations the owner wants to see. In: the query of a page. Out: a selector for the home,
//! and the rest of the question, which only this app can answer: categories and days are worked out
//! when read.

use crate::category::{self, Category, choose};
use crate::model::Operation;
use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::{Map, Value};

/// As in the address of a page; all parts may be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    q: Option<String>,
    account: Option<String>,
    category: Option<String>,
    month: Option<String>,
    sign: Option<Sign>,
    after: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sign {
    In,
    Out,
}

impl Filter {
    /// The operations of one month.
    pub fn month_of(month: Month) -> Self {
        Filter { month: Some(month.to_string()), ..Filter::default() }
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

    pub fn month(&self) -> Option<Month> {
        Month::parse(self.month.as_deref()?)
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
        self.text().is_empty()
            && self.account.is_none()
            && self.category().is_none()
            && self.month().is_none()
            && self.sign.is_none()
    }

    /// The address of the same question under `path`, from its first page.
    pub fn link(&self, to: &str) -> Link {
        let sign = self.sign.map(|sign| match sign {
            Sign::In => "in",
            Sign::Out => "out",
        });
        path(to)
            .query_option("q", Some(self.text()))
            .query_option("account", self.account())
            .query_option("category", self.category().map(|c| c.id))
            .query_option("month", self.month().map(|m| m.to_string()))
            .query_option("sign", sign)
    }

    /// What the home can answer: all that [`fits`](Filter::fits), and perhaps more.
    pub fn selector(&self) -> Value {
        let mut all = Vec::new();
        if !self.text().is_empty() {
            let holds = json!({ "$contains": self.text() });
            all.push(json!({ "$or": [{ "label": holds }, { "originalBankLabel": holds }] }));
        }
        if let Some(account) = self.account() {
            all.push(json!({ "account": account }));
        }
        match self.sign {
            Some(Sign::In) => all.push(json!({ "amount": { "$gt": 0 } })),
            Some(Sign::Out) => all.push(json!({ "amount": { "$lt": 0 } })),
            None => {}
        }
        if let Some(month) = self.month() {
            all.extend(in_month(month));
        }
        match all.len() {
            0 => Value::Object(Map::new()),
            1 => all.remove(0),
            _ => json!({ "$and": all }),
        }
    }

    /// Is it wanted, after all?
    pub fn fits(&self, operation: &Operation) -> bool {
        let month = self.month();
        if month.is_some() && operation.day().map(|day| day.month) != month {
            return false;
        }
        self.category().is_none_or(|wanted| {
            let found = choose(operation).category;
            found == wanted || (wanted.is_group() && found.group() == wanted.group())
        })
    }
}

/// An operation may count for another month than that of its debit: a card that is debited later,
/// or a salary that the owner moved. The neighbours keep the search within the index by date.
fn in_month(month: Month) -> [Value; 2] {
    let from = |month: Month| json!(month.to_string());
    let within = json!({ "$gte": from(month), "$lt": from(month.next()) });
    let around = json!({ "$gte": from(month.previous()), "$lt": from(month.next().next()) });
    [
        json!({ "date": around }),
        json!({ "$or": [
            { "date": within }, { "realisationDate": within }, { "applicationDate": within },
        ] }),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domicile_sdk::Request;

    fn filter(query: &str) -> Filter {
        Request::get(&format!("/operations?{query}")).query().expect("a filter")
    }

    #[test]
    fn the_address_keeps_the_question() {
        let link = |query: &str| filter(query).link("/x").to_string();
        assert_eq!(link(""), "/x");
        assert_eq!(link("q=&account=&sign=&month=&category="), "/x");
        let all = "q=caf%C3%A9%20%26&account=a1&category=400110&month=2026-11&sign=out";
        assert_eq!(link(&format!("{all}&after=cursor")), format!("/x?{all}"));
        assert_eq!(link("month=soon&category=x"), "/x");
        assert!(filter("month=soon&q=%20").is_all());
    }

    #[test]
    fn a_group_takes_its_categories() {
        let operation = |label: &str| Operation {
            label: label.to_owned(),
            amount: Some(-1.0),
            date: "2026-11-30".to_owned(),
            ..Operation::default()
        };
        let (lidl, edf) = (operation("LIDL"), operation("EDF"));
        assert!(filter("category=400110").fits(&lidl));
        assert!(filter("category=400100").fits(&lidl));
        assert!(!filter("category=400130").fits(&lidl));
        assert!(!filter("category=400100").fits(&edf));
        assert!(filter("month=2026-11").fits(&edf));
        assert!(!filter("month=2026-12").fits(&edf));
    }
}
