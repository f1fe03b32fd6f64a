//! The language of recipes, which konnectors/recipe/README.md tells: what a konnector of many
//! providers asks for, looks for and makes of it.
//!
//! In: the table `recipe` of a manifest. Out: steps and lists, whose every text was understood.
//! Never here: a request, or a page. The konnector that follows recipes and the command that packs
//! them read them by the same code.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod date;
mod number;
mod pick;
mod recipe;
mod template;

pub use pick::{Pick, Place};
pub use recipe::{Ask, Code, Fail, Follow, List, Next, Recipe, Step, Text, Word};
pub use template::{Names, TODAY, names, names_in, text, value};
