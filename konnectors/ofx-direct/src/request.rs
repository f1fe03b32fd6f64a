//! What is asked of the bank. In: accounts. Out: the part of a request after the sign-on. Never
//! here: text of the bank's that ends the place where it stands; an order.

use konnector_ofx_reader::Place;
use serde::{Deserialize, Serialize};

/// How elements that hold a text end: not at all in SGML, which some servers insist on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dialect {
    Sgml,
    Xml,
}

impl Dialect {
    /// The route that speaks it.
    pub fn route(self) -> &'static str {
        match self {
            Dialect::Sgml => "sgml",
            Dialect::Xml => "xml",
        }
    }

    fn element(self, name: &str, text: &str) -> String {
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        match self {
            Dialect::Sgml => format!("<{name}>{text}"),
            Dialect::Xml => format!("<{name}>{text}</{name}>"),
        }
    }
}

/// Which accounts there are.
pub fn accounts(dialect: Dialect) -> String {
    let (id, since) = (dialect.element("TRNUID", "1"), dialect.element("DTACCTUP", "19900101"));
    format!(
        "<SIGNUPMSGSRQV1><ACCTINFOTRNRQ>{id}<ACCTINFORQ>{since}</ACCTINFORQ></ACCTINFOTRNRQ>\
         </SIGNUPMSGSRQV1>"
    )
}

/// A statement of each account, of its operations since a day.
pub fn statements(dialect: Dialect, places: &[Place], since: Option<&str>) -> String {
    let start = since.map(|day| dialect.element("DTSTART", day)).unwrap_or_default();
    let wanted = format!("<INCTRAN>{start}{}</INCTRAN>", dialect.element("INCLUDE", "Y"));
    let (mut bank, mut cards) = (String::new(), String::new());
    for (number, place) in (2..).zip(places) {
        let id = dialect.element("TRNUID", &format!("{number}"));
        let element = |name: &str, text: &str| dialect.element(name, text);
        match place {
            Place::Bank { bank: at, branch, number, kind } => {
                let branch = branch.as_ref().map(|branch| element("BRANCHID", branch));
                let from = [
                    element("BANKID", at),
                    branch.unwrap_or_default(),
                    element("ACCTID", number),
                    element("ACCTTYPE", kind),
                ];
                let from = from.concat();
                bank.push_str(&format!(
                    "<STMTTRNRQ>{id}<STMTRQ><BANKACCTFROM>{from}</BANKACCTFROM>{wanted}</STMTRQ>\
                     </STMTTRNRQ>"
                ));
            }
            Place::Card { number } => {
                let from = element("ACCTID", number);
                cards.push_str(&format!(
                    "<CCSTMTTRNRQ>{id}<CCSTMTRQ><CCACCTFROM>{from}</CCACCTFROM>{wanted}</CCSTMTRQ>\
                     </CCSTMTTRNRQ>"
                ));
            }
        }
    }
    let set = |name: &str, requests: String| match requests.is_empty() {
        true => String::new(),
        false => format!("<{name}>{requests}</{name}>"),
    };
    set("BANKMSGSRQV1", bank) + &set("CREDITCARDMSGSRQV1", cards)
}
