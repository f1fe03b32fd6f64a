//! Short messages to the owner, shown by the shell as text from this app.

use crate::sys;

/// Tell the owner. `title`: at most 120 characters; `text`: at most 1,000; `path`: the page of this
/// app to open. At most 20 a run; more are dropped.
pub fn notify(title: &str, text: &str, path: impl ToString) {
    sys::notify(title, text, &path.to_string());
}
