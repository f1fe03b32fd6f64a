//! The recipe konnector: one component for many providers. What is asked for, what is looked for in
//! the answers and what becomes of it stands in the table `recipe` of the manifest that it is
//! packed with (README.md).
//!
//! In: a recipe, and what a provider answers. Out: documents. Never here: anything about one
//! provider, or a panic on any answer.

mod ask;
mod page;
mod run;

use domicile_recipe::Recipe;
use domicile_sdk::importer::{Deposits, Progress, Report};
use domicile_sdk::konnector::{Failure, Konnector, recipe as own_recipe};

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
