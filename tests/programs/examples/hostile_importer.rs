//! Says of every file that it knows it, and does with its own what its words say. No manifest is
//! embedded: each attack packs its own.

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Question, Reading, Report};
use domicile_sdk::prelude::*;

domicile_sdk::importer! { importer: Claims }

struct Claims;

/// What it is granted.
#[derive(Deserialize, Serialize)]
struct Note {
    title: String,
}

impl Document for Note {
    const DOCTYPE: &'static str = "io.cozy.notes";
}

/// What it may be granted or not.
#[derive(Deserialize, Serialize)]
struct Operation {
    label: String,
    date: String,
    amount: f64,
}

impl Document for Operation {
    const DOCTYPE: &'static str = "io.cozy.bank.operations";
}

/// Asks its owner. The word says how: `asks` once, `endless` something else each time, `lies` in
/// markup and with what hides, `overlong` beyond the contract, `recalls` without asking.
fn choice(input: &Input, word: &str) -> std::result::Result<Option<usize>, String> {
    let plain = |about: &str| {
        let question = Question::new(about, "Which of these two?");
        let reading = |title: &str| Reading::new(title, ["Day"]).row([title]);
        question.reading(reading("the first")).reading(reading("the second"))
    };
    match word {
        "asks" => Ok(input.choose(&plain("same"))?),
        "recalls" => Ok(input.recall(&plain("same"))),
        "endless" => {
            let mut number = 0;
            while input.choose(&plain(&format!("number {number}")))?.is_some() {
                number += 1;
            }
            Ok(None)
        }
        "lies" => {
            let words = "</q><a href=\"https://evil.test/\">Sign in again</a>\u{202e}";
            let lie = Reading::new("<script>alert(1)</script>", ["<b>Day</b>"]);
            let lie = lie.row(["<img src=\"https://evil.test/\">\u{1b}[2J"]);
            let other = Reading::new("the home's own words\u{200b}", ["Day"]);
            Ok(input.choose(&Question::new("lies", words).reading(lie).reading(other))?)
        }
        "overlong" => {
            let many = (0..7).map(|number| Reading::new(number.to_string(), ["Day"]));
            Ok(input.choose(&many.fold(Question::new("many", "Which?"), Question::reading))?)
        }
        _ => Ok(None),
    }
}

impl Importer for Claims {
    fn recognise(_: &str, _: &[u8]) -> u8 {
        100
    }

    fn run(input: &Input, out: &mut Deposits, _: &Progress) -> std::result::Result<Report, String> {
        let title = String::from_utf8_lossy(&input.bytes()).into_owned();
        let words: Vec<&str> = title.split_whitespace().collect();
        if words.contains(&"note") {
            out.put("one", &Note { title: title.clone() })?;
        }
        if words.contains(&"operation") {
            let (label, date) = (title.clone(), "2026-11-01".to_owned());
            out.put("one", &Operation { label, date, amount: 1.0 })?;
        }
        if words.contains(&"beyond") {
            let beyond = [input.size(), input.size() + 1, u64::MAX];
            let read: usize = beyond.iter().map(|at| input.read_at(*at, u32::MAX).len()).sum();
            return Err(format!("{read} bytes beyond {}", input.size()));
        }
        for word in &words {
            if let Some(chosen) = choice(input, word)? {
                return Ok(Report { summary: format!("reading {chosen}"), warnings: Vec::new() });
            }
        }
        Ok(Report { summary: "\u{1b}[2Jdone\u{202e}".to_owned(), warnings: Vec::new() })
    }
}
