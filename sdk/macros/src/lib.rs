//! `view!`: markup in, calls that build a `domicile_sdk::view::View` out. The markup is checked
//! here: a tag or an attribute that pages don't have is the compiler's error on the spot, an
//! unknown class is ours, with the nearest one that exists. Nothing of the author's expressions is
//! changed or evaluated twice.

mod emit;
mod error;
mod parse;

use proc_macro::TokenStream;

/// Build a [`View`] from markup.
///
/// ```text
/// view! {
///     section.card {                                  // element with a class
///         h2 { (title) }                              // (expr) prints anything that is Render
///         p.positive[amount > 0.0] { "Balance" }      // a class on a condition
///         input type="search" name="q" value=(q);     // no body: end with `;`
///         button.primary disabled[done] { "Go" }      // attribute without a value, on a condition
///         input type="month" min=[first];             // attribute from an Option
///         panel "/balance";                               // another page as a part of this one
///         a go=(path("/accounts").query("page", 2)) { "Next" }   // go, post and link are actions
///         @if list.is_empty() { p.empty { "Nothing yet" } }
///         @else { ul { @for x in &list { li { (x) } } } }
///         @match kind { Kind::A => { "a" } _ => { "b" } }
///         @let total = list.len();
///     }
/// }
/// ```
///
/// [`View`]: https://docs.rs/domicile-sdk
#[proc_macro]
pub fn view(input: TokenStream) -> TokenStream {
    let mut body = TokenStream::new();
    match parse::Parser::new(input).nodes(&mut body) {
        Ok(()) => emit::view(body),
        Err(error) => error.into_tokens(),
    }
}
