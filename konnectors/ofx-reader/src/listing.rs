//! What a bank answers besides statements. In: the bytes of an answer. Out: how it was signed on,
//! and which accounts a statement can be asked for. Never here: an account that the bank does not
//! name whole.

use konnector_statement::Node;

use super::read::tree_of;
use super::refusal::Refusal;

/// Accounts that one listing is read for.
const PLACES_MAX: usize = 100;

/// A bank's answer to a sign-on.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// `0` if it went well, as all codes do that mean no error.
    pub sign_on: String,
    /// What the bank says of it.
    pub message: String,
    pub places: Vec<Place>,
}

/// Where a statement is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Bank { bank: String, branch: Option<String>, number: String, kind: String },
    Card { number: String },
}

/// Read an answer.
pub fn listing(bytes: &[u8]) -> Result<Listing, Refusal> {
    tree_of(bytes, |root, _| {
        let mut listing = Listing::default();
        if let Some(status) = root.at("SIGNONMSGSRSV1/SONRS/STATUS") {
            listing.sign_on = status.text_at("CODE").unwrap_or_default();
            listing.message = status.text_at("MESSAGE").unwrap_or_default();
        }
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if node.is("ACCTINFO") {
                listing.places.extend(places(node));
            } else {
                open.extend(node.children.iter().rev());
            }
        }
        listing.places.truncate(PLACES_MAX);
        Ok(listing)
    })
}

/// The accounts of one ACCTINFO that there are statements of.
fn places(info: &Node<'_>) -> impl Iterator<Item = Place> {
    let downloads = |node: &&Node<'_>| {
        node.text_at("SUPTXDL").is_none_or(|flag| !flag.eq_ignore_ascii_case("N"))
    };
    let bank = info.children_named("BANKACCTINFO").filter(downloads).filter_map(|one| {
        let from = one.child("BANKACCTFROM")?;
        Some(Place::Bank {
            bank: from.text_at("BANKID")?,
            branch: from.text_at("BRANCHID"),
            number: from.text_at("ACCTID")?,
            kind: from.text_at("ACCTTYPE")?,
        })
    });
    let card = info
        .children_named("CCACCTINFO")
        .filter(downloads)
        .filter_map(|one| Some(Place::Card { number: one.text_at("CCACCTFROM/ACCTID")? }));
    bank.chain(card)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_that_have_statements_are_listed() {
        let text = "OFXHEADER:100\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>\
            </SONRS></SIGNONMSGSRSV1><SIGNUPMSGSRSV1><ACCTINFOTRNRS><ACCTINFORS>\
            <ACCTINFO><DESC>A<BANKACCTINFO><BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING\
            </BANKACCTFROM><SUPTXDL>Y</BANKACCTINFO></ACCTINFO>\
            <ACCTINFO><BANKACCTINFO><BANKACCTFROM><BANKID>1<ACCTID>3<ACCTTYPE>SAVINGS\
            </BANKACCTFROM><SUPTXDL>N</BANKACCTINFO></ACCTINFO>\
            <ACCTINFO><CCACCTINFO><CCACCTFROM><ACCTID>4</CCACCTFROM></CCACCTINFO></ACCTINFO>\
            </ACCTINFORS></ACCTINFOTRNRS></SIGNUPMSGSRSV1></OFX>";
        let listing = listing(text.as_bytes()).unwrap();
        assert_eq!(listing.sign_on, "0");
        let (bank, number, kind) = ("1".to_owned(), "2".to_owned(), "CHECKING".to_owned());
        let bank = Place::Bank { bank, branch: None, number, kind };
        assert_eq!(listing.places, [bank, Place::Card { number: "4".to_owned() }]);
    }

    #[test]
    fn a_refused_sign_on_is_told() {
        let text = "<?OFX OFXHEADER=\"200\"?><OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>15500</CODE>\
            <SEVERITY>ERROR</SEVERITY><MESSAGE>No</MESSAGE></STATUS></SONRS></SIGNONMSGSRSV1></OFX>";
        let listing = listing(text.as_bytes()).unwrap();
        assert_eq!((listing.sign_on.as_str(), listing.message.as_str()), ("15500", "No"));
        assert!(super::listing(b"<html>").is_err());
        assert!(super::listing(&text.as_bytes()[..60]).is_err());
    }
}
