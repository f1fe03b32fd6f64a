//! An update writes the whole body, but a type knows only some of its fields: what the type does
//! not name is carried over from the body that was read.

use super::{DocsError, Document};
use serde_json::{Map, Value};

type Body = Map<String, Value>;

/// A new document's body.
pub fn body_of<T: Document>(value: &T) -> Result<String, DocsError> {
    print(&fields_of(value)?)
}

/// The body that was read, with what `value` changed in it. A field that `T` printed before and
/// doesn't print any more is taken away.
pub fn merged<T: Document>(body: &str, value: &T) -> Result<String, DocsError> {
    let unreadable = |why: serde_json::Error| DocsError::Invalid(why.to_string());
    let mut all: Body = serde_json::from_str(body).map_err(unreadable)?;
    let before = fields_of(&serde_json::from_str::<T>(body).map_err(unreadable)?)?;
    let after = fields_of(value)?;
    all.retain(|name, _| !before.contains_key(name) || after.contains_key(name));
    // What did not change stays as it was written, even where `T` reads it leniently.
    all.extend(after.into_iter().filter(|(name, value)| before.get(name) != Some(value)));
    print(&all)
}

fn fields_of<T: Document>(value: &T) -> Result<Body, DocsError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(DocsError::Invalid(format!("`{}` is not an object", T::DOCTYPE))),
        Err(why) => Err(DocsError::Invalid(why.to_string())),
    }
}

fn print(body: &Body) -> Result<String, DocsError> {
    serde_json::to_string(body).map_err(|why| DocsError::Invalid(why.to_string()))
}
