//! One Ntry. In: the element. Out: one entry, or one for each payment of a batch; or what is wrong.
//!
//! The indicator CdtDbtInd is the direction in which money moves, also of a reversal; RvslInd only
//! tells that debtor and creditor are named as in what is reversed.

use konnector_statement::amount::Parsed;
use konnector_statement::text::{LABEL_CHARS_MAX, clean, join_distinct, quote};
use konnector_statement::{Amount, Currency, Date, Entry, Node, Said, say};

use super::account::{day, is_debit, signed_amount};
use super::details::Details;

/// How many payments of a batch are named in its one operation.
const NAMES_MAX: usize = 20;

/// What becomes of an entry.
pub enum Taken {
    Entries {
        entries: Vec<Entry>,
        currency: Currency,
        remark: Option<Remark>,
    },
    /// Not booked: the status.
    Waiting(String),
}

/// What the owner should know of an entry that was taken.
pub enum Remark {
    /// It has several payments, whose amounts are missing or don't add up.
    WholeBatch,
    /// Its amount has more than three decimals.
    Rounded,
}

/// What all payments of one entry share.
struct Booking<'n, 'a> {
    node: &'n Node<'a>,
    amount: Amount,
    currency: Currency,
    date: Date,
    reference: Option<String>,
    written: Option<String>,
    own_number: Option<&'n str>,
}

/// Reads an entry of the account that counterparties know as `own_number`.
pub fn read(node: &Node<'_>, own_number: Option<&str>) -> Result<Taken, Said> {
    let status = node.text_at_any(&["Sts/Cd", "Sts/Prtry", "Sts"]);
    if let Some(status) = status.filter(|status| status != "BOOK") {
        return Ok(Taken::Waiting(status));
    }
    let Parsed { amount, rounded } = signed_amount(node)?;
    let currency = node.text_at("Amt/@Ccy").unwrap_or_default();
    let currency = Currency::parse(&currency).ok_or_else(|| {
        let currency = quote(&currency);
        say!(currency; "no such currency: {currency}", "devise inconnue : {currency}")
    })?;
    let date = day(node, "BookgDt").or_else(|| day(node, "ValDt"));
    let date = date.ok_or_else(|| say!("no date that exists", "pas de date qui existe"))?;
    let booking = Booking {
        node,
        amount,
        currency,
        date,
        reference: node.text_at("AcctSvcrRef").filter(|reference| is_reference(reference)),
        written: node.text_at("AddtlNtryInf"),
        own_number,
    };
    let payments: Vec<&Node<'_>> = node
        .children_named("NtryDtls")
        .flat_map(|details| details.children_named("TxDtls"))
        .collect();
    if let Some(amounts) = amounts_of_batch(&payments, &booking) {
        let entries = payments.iter().zip(amounts);
        let entries = entries.map(|(payment, amount)| booking.payment(payment, amount)).collect();
        let remark = rounded.then_some(Remark::Rounded);
        return Ok(Taken::Entries { entries, currency, remark });
    }
    let entries = vec![booking.single(&payments)];
    let whole_batch = (payments.len() > 1).then_some(Remark::WholeBatch);
    let remark = rounded.then_some(Remark::Rounded).or(whole_batch);
    Ok(Taken::Entries { entries, currency, remark })
}

/// Banks fill the field with these where they have no reference.
pub fn is_reference(text: &str) -> bool {
    !["NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF", "NONE"]
        .iter()
        .any(|filler| text.eq_ignore_ascii_case(filler))
}

/// The amounts of a batch's payments, if all are given and add up to the entry.
fn amounts_of_batch(payments: &[&Node<'_>], booking: &Booking<'_, '_>) -> Option<Vec<Amount>> {
    if payments.len() < 2 {
        return None;
    }
    let amounts: Option<Vec<Amount>> =
        payments.iter().map(|payment| amount_of_payment(payment, booking)).collect();
    amounts.filter(|amounts| amounts.iter().copied().sum::<Amount>() == booking.amount)
}

fn amount_of_payment(payment: &Node<'_>, booking: &Booking<'_, '_>) -> Option<Amount> {
    const PATHS: [&str; 3] = ["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"];
    let in_currency = |node: &&Node<'_>| {
        node.text_at("@Ccy").and_then(|code| Currency::parse(&code)) == Some(booking.currency)
    };
    let node = PATHS.iter().filter_map(|path| payment.at(path)).find(in_currency)?;
    let amount = Amount::parse_decimal(&node.cleaned()?).ok()?.amount;
    let debit = is_debit(payment).unwrap_or(booking.amount.is_negative());
    Some(amount.signed(debit))
}

impl Booking<'_, '_> {
    /// The whole entry as one, described by its only payment or by what a batch says of itself.
    fn single(&self, payments: &[&Node<'_>]) -> Entry {
        let details = match payments {
            [payment] => self.details(payment),
            _ => self.names(payments),
        };
        let reference = self.reference.clone().or_else(|| details.reference.clone());
        let batch = self.node.text_at_any(&["NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"]);
        let parts = [self.written.as_deref(), batch.as_deref().filter(|_| payments.len() != 1)];
        self.entry(self.amount, reference, parts.into_iter().flatten().collect(), details)
    }

    /// One payment of a batch. Its own reference need not be its bank's, so the batch's is part.
    fn payment(&self, payment: &Node<'_>, amount: Amount) -> Entry {
        let details = self.details(payment);
        let reference = match (&self.reference, &details.reference) {
            (Some(batch), Some(own)) => Some(format!("{batch}/{own}")),
            (batch, own) => batch.clone().or_else(|| own.clone()),
        };
        self.entry(amount, reference, self.written.as_deref().into_iter().collect(), details)
    }

    /// Of a batch that is one operation: who is in it.
    fn names(&self, payments: &[&Node<'_>]) -> Details {
        let names = payments.iter().take(NAMES_MAX).map(|payment| self.details(payment));
        let mut names: Vec<String> = names.filter_map(|details| details.counterparty).collect();
        names.dedup();
        Details {
            says: names.first().map(|_| names.join(", ")).into_iter().collect(),
            ..Details::default()
        }
    }

    fn details(&self, payment: &Node<'_>) -> Details {
        let reversal =
            self.node.text_at("RvslInd").is_some_and(|flag| flag == "true" || flag == "1");
        let debit = is_debit(payment).unwrap_or(self.amount.is_negative());
        Details::read(payment, debit != reversal, self.own_number)
    }

    fn entry(
        &self,
        amount: Amount,
        reference: Option<String>,
        written: Vec<&str>,
        details: Details,
    ) -> Entry {
        let kind = details.kind.or_else(|| super::details::kind(self.node));
        let bare = kind.map_or("-", |kind| kind.as_str());
        let says = details.says.iter().map(String::as_str);
        let counterparty = details.counterparty.as_deref();
        let mut label = counterparty.into_iter().chain(says.clone()).chain(written.iter().copied());
        let label = clean(label.next().unwrap_or(bare), LABEL_CHARS_MAX);
        let bank_label = join_distinct(written.into_iter().chain(counterparty).chain(says));
        Entry {
            reference,
            date: self.date,
            done: details.done,
            value_date: day(self.node, "ValDt"),
            amount,
            currency: self.currency,
            bank_label: if bank_label.is_empty() { label.clone() } else { bank_label },
            label,
            kind,
            counterparty: details.counterparty,
            counterparty_iban: details.counterparty_iban,
            check_number: details.check_number,
        }
    }
}
