//! Which expenses the owner wants to see. In: the query of a page. Out: a selector that the home
//! answers alone, so that its pages are this page's. Never here: a part of the query that is run.

use domicile_sdk::prelude::*;
use domicile_sdk::serde_json::Value;

/// As in the address of a page; all parts may be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    q: Option<String>,
    who: Option<String>,
    payer: Option<String>,
    state: Option<String>,
    month: Option<String>,
    after: Option<String>,
}

/// Words of the address, and the states that they ask for.
pub const STATES: [(&str, &[&str]); 5] = [
    ("late", &["missing", "partial"]),
    ("awaited", &["awaited"]),
    ("received", &["received"]),
    ("third-party", &["third-party"]),
    ("unknown", &["unknown"]),
];

fn trimmed(text: &Option<String>) -> &str {
    text.as_deref().map(str::trim).unwrap_or_default()
}

impl Filter {
    pub fn text(&self) -> &str {
        trimmed(&self.q)
    }

    pub fn who(&self) -> &str {
        trimmed(&self.who)
    }

    pub fn payer(&self) -> &str {
        trimmed(&self.payer)
    }

    /// A word of [`STATES`].
    pub fn state(&self) -> Option<&'static str> {
        STATES.iter().find(|(word, _)| self.state.as_deref() == Some(word)).map(|(word, _)| *word)
    }

    pub fn month(&self) -> Option<Month> {
        Month::parse(self.month.as_deref()?)
    }

    /// The cursor of the page.
    pub fn after(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Is everything shown?
    pub fn is_all(&self) -> bool {
        let texts = [self.text(), self.who(), self.payer()];
        texts.iter().all(|text| text.is_empty()) && self.state().is_none() && self.month().is_none()
    }

    /// The address of the same question, from its first page.
    pub fn link(&self) -> Link {
        path("/expenses")
            .query_option("q", Some(self.text()))
            .query_option("who", Some(self.who()))
            .query_option("payer", Some(self.payer()))
            .query_option("state", self.state())
            .query_option("month", self.month().map(|month| month.to_string()))
    }

    pub fn selector(&self) -> Value {
        let texts = [("text", self.text()), ("beneficiary", self.who()), ("payers", self.payer())];
        let mut all: Vec<Value> = texts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(field, text)| json!({ field: { "$contains": text } }))
            .collect();
        let states = STATES.iter().find(|(word, _)| self.state() == Some(word));
        all.extend(states.map(|(_, states)| json!({ "state": { "$in": states } })));
        all.extend(self.month().map(|month| {
            let (from, until) = (month.to_string(), month.next().to_string());
            json!({ "day": { "$gte": from, "$lt": until } })
        }));
        match all.len() {
            0 => json!({}),
            1 => all.remove(0),
            _ => json!({ "$and": all }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domicile_sdk::Request;

    fn filter(query: &str) -> Filter {
        Request::get(&format!("/expenses?{query}")).query().expect("a filter")
    }

    #[test]
    fn the_address_keeps_the_question_and_nothing_else() {
        let link = |query: &str| filter(query).link().to_string();
        assert_eq!(link("q=&state=&month="), "/expenses");
        let all = "q=a%20%26&who=L%C3%A9a&payer=Ameli&state=late&month=2026-11";
        assert_eq!(link(&format!("{all}&after=cursor")), format!("/expenses?{all}"));
        assert_eq!(link("state=$where&month=soon"), "/expenses");
        assert!(filter("state=x&q=%20").is_all());
        assert_eq!(filter("state=x&q=%20").selector(), json!({}));
    }
}
