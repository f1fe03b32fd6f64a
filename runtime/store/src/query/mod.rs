//! Questions about many documents: selectors, the plan, the page, the cursor.
//!
//! In flow a lens and a guest's arguments; out flow pages. A guest's selector, sort and choice of
//! index are worked out on what its grant shows, never on the whole body.

pub mod condition;
pub mod find;
pub mod parse;
pub mod plan;
pub mod scan;
pub mod selector;
