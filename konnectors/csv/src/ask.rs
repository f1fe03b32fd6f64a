//! What nothing in a table tells, as a question to its owner. In: a question and a few readings,
//! each with what rows become. Out: the reading that the owner chose, now or before for the same
//! header. Never here: a reading that the rows contradict, or an answer that is guessed.

use domicile_sdk::Locale;
use domicile_sdk::importer::{Input, Question, READINGS_MAX, Reading};
use konnector_statement::text::clean;
use konnector_statement::{Amount, Date, Said, say};

/// Between the names of a header: none of them has it.
const BETWEEN: &str = "\u{1f}";
/// Longest title of a reading, in characters.
const TITLE_CHARS_MAX: usize = 100;

/// Who is asked, about tables with this header.
pub struct Owner<'i> {
    input: &'i Input,
    header: String,
    /// What was read as the owner had chosen: said each time, for two banks may have one header.
    pub chosen: Vec<Said>,
}

/// One way to read the table.
pub struct Table {
    /// How it differs from the others.
    pub title: Said,
    /// Day, label, amount and currency of a few rows.
    pub rows: Vec<[String; 4]>,
}

impl<'i> Owner<'i> {
    /// `header` is what tables have in common that are read alike.
    pub fn of(input: &'i Input, header: &[String]) -> Owner<'i> {
        Owner { input, header: header.join(BETWEEN), chosen: Vec::new() }
    }

    pub fn locale(&self) -> Locale {
        self.input.locale()
    }

    /// The reading that the owner chose of these; else that they are asked.
    pub fn choose(&mut self, words: &Said, tables: Vec<Table>) -> Result<usize, Said> {
        if tables.len() > READINGS_MAX {
            return Err(say!("in more than six ways", "de plus de six façons"));
        }
        let titles: Vec<Said> = tables.iter().map(|table| table.title.clone()).collect();
        let chosen = self.input.choose(&self.question(words, tables));
        let chosen = chosen.map_err(|error| say!(error; "{error}", "{error}"))?;
        self.note(words, &titles, chosen);
        chosen.ok_or_else(|| {
            say!(
                words;
                "you have to say how it is read: {words}",
                "il vous faut dire comment le lire : {words}",
            )
        })
    }

    /// What the owner chose before of such readings.
    pub fn recall(&mut self, words: &Said, tables: Vec<Table>) -> Option<usize> {
        let titles: Vec<Said> = tables.iter().map(|table| table.title.clone()).collect();
        let chosen = self.input.recall(&self.question(words, tables));
        self.note(words, &titles, chosen);
        chosen
    }

    fn note(&mut self, words: &Said, titles: &[Said], chosen: Option<usize>) {
        let title = chosen.and_then(|at| titles.get(at));
        self.chosen.extend(title.map(|title| {
            say!(words, title; "as you chose: {words} {title}", "selon votre choix : {words} {title}")
        }));
    }

    fn question(&self, words: &Said, tables: Vec<Table>) -> Question {
        let locale = self.locale();
        let has_currency =
            tables.iter().flat_map(|table| &table.rows).any(|row| !row[3].is_empty());
        let columns = locale.pick(
            ["Date", "Label", "Amount", "Currency"],
            ["Date", "Libellé", "Montant", "Devise"],
        );
        let shown = if has_currency { 4 } else { 3 };
        let question = Question::new(self.header.as_str(), words.clone().into_text(locale));
        tables.into_iter().fold(question, |question, table| {
            let title = clean(&table.title.into_text(locale), TITLE_CHARS_MAX);
            let reading = Reading::new(title, columns.into_iter().take(shown));
            let rows = table.rows.into_iter();
            let rows = rows.map(|row| row.into_iter().take(shown).map(|cell| clean(&cell, 100)));
            question.reading(rows.fold(reading, Reading::row))
        })
    }
}

/// `2 Jan 2026`
pub fn day(date: Date, locale: Locale) -> String {
    let written = date.to_string();
    domicile_sdk::Date::parse(&written).map_or(written, |date| locale.short_date(date))
}

/// `+12.50`, `-12,50`
pub fn amount(amount: Amount, locale: Locale) -> String {
    let sign = if amount.is_negative() || amount == Amount::ZERO { "" } else { "+" };
    let written = format!("{sign}{amount}");
    locale.pick(written.clone(), written.replace('.', ","))
}
