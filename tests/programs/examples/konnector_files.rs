//! Saves files as its account's field `program` says: a line of JSON, a host call, a line of answer
//! in its report's warnings.

use domicile_sdk::konnector::{Deposits, Failure, Konnector, Progress, Report, field};
use domicile_sdk::prelude::*;
use domicile_sdk::{files, state};

domicile_sdk::konnector! { konnector: Files }

struct Files;

impl Konnector for Files {
    fn collect(_: &mut Deposits, _: &Progress) -> std::result::Result<Report, Failure> {
        let mut warnings = Vec::new();
        for line in field("program").unwrap_or_default().lines() {
            let step = serde_json::from_str(line);
            warnings.push(act(step.map_err(|error| Failure::Other(error.to_string()))?)?);
        }
        Ok(Report { summary: format!("{} steps", warnings.len()), warnings })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Step {
    /// A path, a key and a text.
    Save(String, String, String),
    Set(String, String),
    Recall(String),
    Fail,
}

fn act(step: Step) -> std::result::Result<String, Failure> {
    Ok(match step {
        Step::Save(path, key, text) => {
            format!("{:?}", files::save(&path, &key, "text/plain", text.as_bytes()))
        }
        Step::Set(key, value) => format!("{:?}", state::set(&key, &value)),
        Step::Recall(key) => format!("{:?}", state::get::<String>(&key)),
        Step::Fail => return Err(Failure::VendorDown),
    })
}
