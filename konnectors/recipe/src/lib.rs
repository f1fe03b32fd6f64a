//! The recipe konnector: one component for many providers. What is asked for, what is looked for in
//! the answers and what becomes of it stands in the table `recipe` of the manifest that it is
//! packed with.
//!
//! In: a recipe, and what a provider answers. Out: documents. Never here: anything about one
//! provider, or a panic on any answer.

mod date;
mod number;
mod page;
mod pick;
mod recipe;
mod run;
mod template;

use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, Konnector, recipe as own_recipe};

use recipe::Recipe;

struct ByRecipe;

impl Konnector for ByRecipe {
    fn collect(out: &mut Deposits, progress: &Progress) -> Result<Report, Failure> {
        let text = own_recipe().unwrap_or_default();
        let recipe: Recipe = serde_json::from_str(&text)
            .map_err(|error| Failure::Other(format!("the recipe can't be read: {error}")))?;
        run::run(&recipe, out, progress)
    }
}

domicile_sdk::konnector! { konnector: ByRecipe }

#[cfg(test)]
mod tests;
