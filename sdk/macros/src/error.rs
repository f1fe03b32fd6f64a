//! A mistake in the markup, shown by the compiler at the token that has it.

use crate::emit::spanned;
use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

pub struct Error {
    span: Span,
    message: String,
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Error { span, message: message.into() }
    }

    /// `::core::compile_error!("...")` at the place, in a block, so that it fits where a value
    /// stands.
    pub fn into_tokens(self) -> TokenStream {
        let punct = |c, spacing| spanned(TokenTree::Punct(Punct::new(c, spacing)), self.span);
        let word = |text| TokenTree::Ident(Ident::new(text, self.span));
        let message = spanned(TokenTree::Literal(Literal::string(&self.message)), self.span);
        let group = Group::new(Delimiter::Brace, TokenStream::from(message));
        TokenStream::from_iter([
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            word("core"),
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            word("compile_error"),
            punct('!', Spacing::Alone),
            spanned(TokenTree::Group(group), self.span),
        ])
    }
}

/// The known word that is nearest to `word`, when one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let far = word.len().div_ceil(3);
    let scored = known.iter().map(|candidate| (distance(word, candidate), *candidate));
    scored.filter(|(d, _)| *d <= far).min().map(|(_, candidate)| candidate)
}

/// Edit distance (insert, delete, replace).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replace = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_the_one_meant() {
        assert_eq!(nearest("crad", &["card", "grid"]), Some("card"));
        assert_eq!(nearest("negatve", &["positive", "negative"]), Some("negative"));
        assert_eq!(nearest("zzzzzz", &["card", "grid"]), None);
    }
}
