//! Files. In: what a recipe says of a part's file. Out: the file, saved under the part's key. Only
//! the component that asks its owner for files has the code: the other could not be installed
//! without.

use domicile_recipe::{Fail, File, Names};
use domicile_sdk::konnector::Failure;

/// Ask for a file and save it.
#[cfg(feature = "files")]
pub fn save(file: &File, key: &str, names: &Names, fails: &[Fail]) -> Result<(), Failure> {
    use domicile_recipe::text;
    use serde_json::Value;

    let bytes = crate::ask::download(&file.ask, names, &file.mime, fails)?;
    // A provider chooses names, and no folders.
    let plain = names.iter().map(|(name, value)| match value {
        Value::String(text) => (name.clone(), Value::String(text.replace(['/', '\\'], "-"))),
        other => (name.clone(), other.clone()),
    });
    let path = text(&file.path, &plain.collect())
        .ok_or_else(|| Failure::Other(crate::ask::missing(&file.path)))?;
    domicile_sdk::files::save(&path, key, &file.mime, &bytes)
        .map_err(|error| Failure::Other(error.to_string()))
}

/// There is no way to.
#[cfg(not(feature = "files"))]
pub fn save(_: &File, _: &str, _: &Names, _: &[Fail]) -> Result<(), Failure> {
    Err(Failure::Other(
        "the recipe saves files: pack it with konnector_recipe_files.wasm".to_owned(),
    ))
}
