//! (i) The size of a page, for one who sees its bytes go by but not what they are: the sender's own
//! page is long or short; or a page holds a secret and a guess at it, which together would be
//! smaller if they were alike and the host compressed its answers.

use std::io::Write;

use domicile::caps::bindings::page::Content;
use domicile::front::print::{Acts, print};
use domicile::house::Locale;
use domicile::runs::page::PageAnswer;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::parties::Parties;
use super::{Pace, Table, best};

const SHORT: usize = 100;
const LONG: usize = 200;

pub fn measure(table: &mut Table, pace: Pace, parties: &Parties) -> anyhow::Result<()> {
    let found = best(
        &[()],
        |()| "1 page a bit".to_owned(),
        |()| {
            pace.measure(|bit| {
                let text = "x".repeat(if bit { LONG } else { SHORT });
                let answer = parties.send(0, &format!("say {text}"))?;
                Ok(printed(&answer)?.len() as f64)
            })
        },
    )?;
    table.open("page size, seen on the network", &found);
    let guess = |compress: fn(&str) -> anyhow::Result<usize>| {
        best(
            &[()],
            |()| "1 guess a bit".to_owned(),
            |()| {
                pace.measure(|bit| {
                    let (secret, other) = (digits()?, digits()?);
                    let guess = if bit { &secret } else { &other };
                    let answer = parties.send(0, &format!("say IBAN:{secret},IBAN:{guess}"))?;
                    Ok(compress(&printed(&answer)?)? as f64)
                })
            },
        )
    };
    let ours = guess(|page| Ok(page.len()))?;
    let theirs = guess(|page| {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(page.as_bytes())?;
        Ok(deflate.finish()?.len())
    })?;
    table.pair("page size: is a guess right?", &ours, "compressed answers", &theirs);
    Ok(())
}

/// The page, with a token of constant length: the real one's is a function of the label.
fn printed(answer: &PageAnswer) -> anyhow::Result<String> {
    let Content::Tree(nodes) = &answer.content else { anyhow::bail!("not a tree") };
    Ok(print(nodes, Acts::Live { token: "token", locale: Locale::En, number: 0, panels: &[] })?)
}

fn digits() -> anyhow::Result<String> {
    let mut bytes = [0; 12];
    getrandom::fill(&mut bytes)?;
    Ok(data_encoding::HEXLOWER.encode(&bytes))
}
