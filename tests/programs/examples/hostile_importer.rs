//! Says of every file that it knows it, and does with its own what its words say. No manifest is
//! embedded: each attack packs its own.

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
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
        Ok(Report { summary: "\u{1b}[2Jdone\u{202e}".to_owned(), warnings: Vec::new() })
    }
}
