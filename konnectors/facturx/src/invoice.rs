//! An invoice in XML. In: text. Out: what a bill has a place for. Never here: a grammar of the
//! file's own (DOCTYPE is refused), depth without end, a sum that the seller did not write.

use domicile_sdk::Date;
use konnector_shared::text::{clean, decode};
use konnector_shared::{Body, Said, say};
use quick_xml::Reader;
use quick_xml::events::Event;

/// How deep elements may lie in each other; invoices need 10.
const DEPTH_MAX: usize = 64;
/// Longest text of an element that is kept, in characters.
const TEXT_CHARS_MAX: usize = 300;

/// Where what is looked for lies below the root, by local names.
#[derive(Clone, Copy)]
enum Place {
    Number,
    Type,
    Day,
    Seller,
    SellerId,
    Buyer,
    Currency,
    Total,
    From,
    To,
}

/// What the places of a transaction begin with.
const TRANSACTION: &str = "SupplyChainTradeTransaction/ApplicableHeaderTrade";
/// In the order of [`Place`], without that beginning.
const PLACES: [&str; 10] = [
    "ExchangedDocument/ID",
    "ExchangedDocument/TypeCode",
    "ExchangedDocument/IssueDateTime/DateTimeString",
    "Agreement/SellerTradeParty/Name",
    "Agreement/SellerTradeParty/SpecifiedTaxRegistration/ID",
    "Agreement/BuyerTradeParty/Name",
    "Settlement/InvoiceCurrencyCode",
    "Settlement/SpecifiedTradeSettlementHeaderMonetarySummation/GrandTotalAmount",
    "Settlement/BillingSpecifiedPeriod/StartDateTime/DateTimeString",
    "Settlement/BillingSpecifiedPeriod/EndDateTime/DateTimeString",
];

/// The first text at each place.
#[derive(Default)]
struct Texts([String; PLACES.len()]);

impl Texts {
    fn get(&self, place: Place) -> &str {
        self.0.get(place as usize).map_or("", String::as_str)
    }

    /// What an invoice has to say.
    fn require(&self, place: Place) -> Result<&str, Said> {
        Some(self.get(place)).filter(|text| !text.is_empty()).ok_or_else(|| missing(place))
    }
}

fn missing(place: Place) -> Said {
    let path = PLACES.get(place as usize).copied().unwrap_or_default();
    let ends = path.rsplit('/').take(2).collect::<Vec<_>>();
    let name = ends.into_iter().rev().collect::<Vec<_>>().join("/");
    say!(
        name;
        "the invoice says nothing that can be read in {name}: ask for it again",
        "la facture ne dit rien de lisible dans {name} : redemandez-la",
    )
}

/// An invoice.
pub struct Invoice {
    pub vendor: String,
    pub number: String,
    /// The same for the same invoice, whichever of its files is read.
    pub key: String,
    pub body: Body,
}

/// Read an invoice.
pub fn read(bytes: &[u8]) -> Result<Invoice, Said> {
    let texts = texts(&decode(bytes, None).text)?;
    let (vendor, number) = (texts.require(Place::Seller)?, texts.require(Place::Number)?);
    let amount: Option<f64> = texts.require(Place::Total)?.parse().ok();
    let amount = amount.filter(|sum| sum.is_finite() && sum.abs() < 1e12);
    let amount = amount.ok_or_else(|| missing(Place::Total))?;
    let mut body = Body::default();
    body.line("vendor", vendor, 300);
    body.line("vendorRef", number, 500);
    body.put("date", day(texts.require(Place::Day)?).ok_or_else(|| missing(Place::Day))?);
    body.put("amount", amount.abs());
    body.line("currency", texts.get(Place::Currency), 10);
    // 381: a credit note (UNTDID 1001); some sellers write a negative sum instead.
    body.put("isRefund", (texts.get(Place::Type) == "381") != (amount < 0.0));
    body.line("beneficiary", texts.get(Place::Buyer), 300);
    for (place, field) in [(Place::From, "periodStart"), (Place::To, "periodEnd")] {
        if let Some(day) = day(texts.get(place)) {
            body.put(field, day);
        }
    }
    let seller = Some(texts.get(Place::SellerId)).filter(|id| !id.is_empty()).unwrap_or(vendor);
    let key = konnector_shared::body::key("invoice", &format!("{seller} {number}"));
    Ok(Invoice { vendor: vendor.to_owned(), number: number.to_owned(), key, body })
}

/// `20261120`, format 102.
fn day(written: &str) -> Option<String> {
    let (year, rest) = written.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    Date::parse(&format!("{year}-{month}-{day}")).map(|day| day.to_string())
}

fn texts(text: &str) -> Result<Texts, Said> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut file = File::default();
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        let said = match event {
            Ok(Event::Start(start)) => file.start(start.local_name().as_ref()),
            Ok(Event::End(_)) => {
                file.end();
                Ok(())
            }
            Ok(Event::Text(text)) => {
                file.said.push_str(&text.xml10_content());
                Ok(())
            }
            Ok(Event::CData(text)) => {
                file.said.push_str(&text.xml10_content());
                Ok(())
            }
            Ok(Event::GeneralRef(reference)) => {
                let known = reference.resolve_char_ref().ok().flatten().map(String::from);
                let name = reference.xml10_content();
                let plain = || quick_xml::escape::resolve_predefined_entity(&name);
                file.said
                    .push_str(&known.or_else(|| plain().map(str::to_owned)).unwrap_or_default());
                Ok(())
            }
            Ok(Event::Eof) if file.is_whole() => return Ok(file.texts),
            Ok(Event::DocType(_) | Event::Eof) | Err(_) => Err(broken()),
            Ok(_) => Ok(()),
        };
        said.map_err(|why| {
            let line = 1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
            say!(line, why; "line {line}: {why}", "ligne {line} : {why}")
        })?;
    }
}

fn broken() -> Said {
    say!(
        "this is no whole electronic invoice: download it again",
        "ce n'est pas une facture électronique complète : téléchargez-la à nouveau",
    )
}

/// What is known while the file is read.
#[derive(Default)]
struct File {
    /// Names of the elements that are open, but for the root's.
    open: Vec<String>,
    /// The root was opened, and closed.
    begun: bool,
    ended: bool,
    /// Text of the innermost element.
    said: String,
    texts: Texts,
}

impl File {
    fn start(&mut self, name: &str) -> Result<(), Said> {
        self.said.clear();
        match name {
            _ if self.begun && !self.ended && self.open.len() < DEPTH_MAX => {
                self.open.push(name.to_owned());
            }
            "CrossIndustryInvoice" if !self.begun => self.begun = true,
            "CrossIndustryDocument" if !self.begun => {
                return Err(say!(
                    "the invoice follows ZUGFeRD 1, which is not read: ask for it as Factur-X or ZUGFeRD 2",
                    "la facture suit ZUGFeRD 1, qui n'est pas lu : demandez-la en Factur-X ou ZUGFeRD 2",
                ));
            }
            _ => return Err(broken()),
        }
        Ok(())
    }

    fn end(&mut self) {
        let here = self.open.join("/");
        let here = here.strip_prefix(TRANSACTION).unwrap_or(&here);
        let place = PLACES.iter().position(|path| *path == here);
        let text = place.and_then(|place| self.texts.0.get_mut(place));
        if let Some(text) = text.filter(|text| text.is_empty()) {
            *text = clean(&self.said, TEXT_CHARS_MAX);
        }
        self.said.clear();
        // The parser holds that what ends was open.
        self.ended |= self.open.pop().is_none();
    }

    fn is_whole(&self) -> bool {
        self.begun && self.ended
    }
}
