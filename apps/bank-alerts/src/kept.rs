//! What the owner was told, as it is kept beside what they set. In: the document of their settings.
//! Out: the same document with other words on what was told. Never here: a field of the owner's,
//! which the home would then write anew.

use std::collections::BTreeMap;

use domicile_sdk::prelude::*;
use ledger::plan::Settings;

/// Of the document with the settings, this service's part.
#[derive(Serialize, Deserialize, Debug, Clone, Default)]
#[serde(default)]
pub struct Kept {
    /// What was told and still stands, by the key of the alert.
    #[serde(deserialize_with = "lenient", skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<String, Told>,
}

impl Document for Kept {
    const DOCTYPE: &'static str = Settings::DOCTYPE;
}

/// That the owner was told of an alert.
#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq, Eq)]
#[serde(default)]
pub struct Told {
    /// The day on which it was.
    #[serde(deserialize_with = "lenient")]
    pub on: String,
    /// Written down after the notice, and not before.
    #[serde(deserialize_with = "lenient")]
    pub sure: bool,
}

impl Told {
    /// Does it count today? Who began to tell and never came back has told nobody, perhaps.
    pub fn counts(&self, today: Date) -> bool {
        self.sure || self.on == today.to_string()
    }
}

/// As it is stored; nothing, where the owner never set anything.
pub fn stored() -> Result<Option<Doc<Kept>>, DocsError> {
    Ok(docs::find::<Kept>().limit(1).page()?.documents.into_iter().next())
}
