//! The demo family's bank statements: made up from a seed, in the formats that banks hand out.

use jiff::ToSpan;
use jiff::civil::Date;

/// One line of a statement.
struct Line {
    date: Date,
    cents: i64,
    label: &'static str,
}

/// What comes every month: day, cents, label.
const MONTHLY: &[(i8, i64, &str)] = &[
    (2, -89_500, "PRLV SEPA LOYER AGENCE DU PARC"),
    (5, -4_599, "PRLV SEPA FREE HAUTDEBIT"),
    (6, -1_599, "PRLV SEPA FREE MOBILE"),
    (8, -8_740, "PRLV SEPA EDF CLIENTS PARTICULIERS"),
    (10, -6_250, "PRLV SEPA MGEN MUTUELLE SANTE"),
    (12, -1_399, "CB SPOTIFY FAMILY"),
    (15, 12_000, "VIR CAF DES YVELINES ALLOCATIONS"),
    (18, -30_000, "VIR PERMANENT LIVRET A"),
    (28, 284_217, "VIR SALAIRE ATELIERS MARTIN SAS"),
];

/// What comes in between: the most cents, label.
const NOW_AND_THEN: &[(i64, &str)] = &[
    (11_000, "CB CARREFOUR MARKET"),
    (6_500, "CB BIOCOOP"),
    (2_800, "CB BOULANGERIE LEGRAND"),
    (7_200, "CB TOTAL ENERGIES STATION"),
    (4_400, "CB SNCF CONNECT"),
    (3_900, "CB RESTAURANT LE ZINC"),
    (2_500, "CB PHARMACIE DES HALLES"),
    (5_500, "CB DR LEFEVRE CONSULTATION"),
    (6_000, "RETRAIT DAB PARIS 12"),
    (9_000, "CB DECATHLON"),
];

/// Statements of the months before `today`: an OFX file of the current account and a CAMT.053
/// file of the savings account.
pub fn statements(today: Date) -> Vec<(&'static str, String)> {
    let current = current_account(today);
    vec![("compte-courant.ofx", ofx(today, &current)), ("livret-a.xml", camt(today))]
}

fn current_account(today: Date) -> Vec<Line> {
    let mut draw = Draw(0x5eed);
    let mut lines = Vec::new();
    for months_ago in (0..6).rev() {
        let Ok(first) = today.first_of_month().checked_sub(months_ago.months()) else { continue };
        let monthly = MONTHLY.iter().map(|&(day, cents, label)| (i64::from(day), cents, label));
        let days = i64::from(first.days_in_month());
        let sometimes = (0..24).map(|_| {
            let at = draw.below(NOW_AND_THEN.len() as u64) as usize;
            let (most, label) = NOW_AND_THEN.get(at).copied().unwrap_or((1_000, "CB"));
            (1 + draw.below(days as u64) as i64, -300 - draw.below(most as u64 - 300) as i64, label)
        });
        for (day, cents, label) in monthly.chain(sometimes.collect::<Vec<_>>()) {
            let date = first.saturating_add((day - 1).days());
            if date <= today {
                lines.push(Line { date, cents, label });
            }
        }
    }
    lines.sort_by_key(|line| line.date);
    lines
}

fn ofx(today: Date, lines: &[Line]) -> String {
    let mut text = String::from(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\n\
         COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS>\
         <CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20260101<LANGUAGE>FRA<FI><ORG>Banque du Parc\
         <FID>30004</FI></SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0\
         <SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30004<BRANCHID>00823\
         <ACCTID>00012345678<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n",
    );
    for (number, line) in lines.iter().enumerate() {
        let kind = if line.cents < 0 { "DEBIT" } else { "CREDIT" };
        text += &format!(
            "<STMTTRN><TRNTYPE>{kind}<DTPOSTED>{}<TRNAMT>{}<FITID>DP{number:06}<NAME>{}</STMTTRN>\n",
            compact(line.date),
            amount(line.cents),
            line.label,
        );
    }
    text += &format!(
        "</BANKTRANLIST><LEDGERBAL><BALAMT>1834.27<DTASOF>{}</LEDGERBAL></STMTRS></STMTTRNRS>\
         </BANKMSGSRSV1></OFX>\n",
        compact(today)
    );
    text
}

fn camt(today: Date) -> String {
    let mut entries = String::new();
    for months_ago in (0..6).rev() {
        let Ok(first) = today.first_of_month().checked_sub(months_ago.months()) else { continue };
        let date = first.saturating_add(17.days());
        if date > today {
            continue;
        }
        entries += &format!(
            "<Ntry><Amt Ccy=\"EUR\">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>\
             <BookgDt><Dt>{date}</Dt></BookgDt><ValDt><Dt>{date}</Dt></ValDt>\
             <AcctSvcrRef>LA{}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>VIR PERMANENT LIVRET A\
             </Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n",
            compact(date)
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document \
         xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"><BkToCstmrStmt><GrpHdr>\
         <MsgId>DEMO</MsgId><CreDtTm>{today}T06:00:00</CreDtTm></GrpHdr><Stmt><Id>DEMO-1</Id>\
         <CreDtTm>{today}T06:00:00</CreDtTm><Acct><Id><IBAN>FR7630004008230001234567943</IBAN></Id>\
         <Ccy>EUR</Ccy><Nm>Livret A</Nm></Acct><Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp>\
         <Amt Ccy=\"EUR\">7420.11</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{today}</Dt></Dt></Bal>\n\
         {entries}</Stmt></BkToCstmrStmt></Document>\n"
    )
}

fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// A small seeded generator: the demo is the same every time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }
}
