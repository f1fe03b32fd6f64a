//! The tokens that `view!` becomes. Names of ours are hygienic: no variable of the author can meet
//! them.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

pub fn spanned(mut tree: TokenTree, span: Span) -> TokenTree {
    tree.set_span(span);
    tree
}

pub fn text(value: &str) -> TokenTree {
    TokenTree::Literal(Literal::string(value))
}

pub fn word(name: &str) -> TokenTree {
    TokenTree::Ident(Ident::new(name, Span::mixed_site()))
}

pub fn punct(c: char) -> TokenTree {
    spanned(TokenTree::Punct(Punct::new(c, Spacing::Alone)), Span::mixed_site())
}

pub fn group(delimiter: Delimiter, tokens: TokenStream) -> TokenTree {
    spanned(TokenTree::Group(Group::new(delimiter, tokens)), Span::mixed_site())
}

fn double_colon() -> [TokenTree; 2] {
    let first = TokenTree::Punct(Punct::new(':', Spacing::Joint));
    [spanned(first, Span::mixed_site()), punct(':')]
}

/// `::domicile_sdk::view::kind::Name`, the name at the author's token, so that a mistake shows
/// there.
pub fn variant(kind: &str, name: &str, span: Span) -> TokenStream {
    let mut tokens = TokenStream::new();
    for part in ["domicile_sdk", "view", kind] {
        tokens.extend(double_colon());
        tokens.extend([word(part)]);
    }
    tokens.extend(double_colon());
    tokens.extend([TokenTree::Ident(Ident::new(&camel(name), span))]);
    tokens
}

/// `aria-label` is `AriaLabel`.
fn camel(name: &str) -> String {
    let mut out = String::new();
    for part in name.split('-') {
        let mut letters = part.chars();
        out.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        out.extend(letters);
    }
    out
}

/// `__view.method(args);`
pub fn call(out: &mut TokenStream, method: &str, args: TokenStream) {
    let args = group(Delimiter::Parenthesis, args);
    out.extend([word("__view"), punct('.'), word(method), args, punct(';')]);
}

/// `a, b`
pub fn pair(a: TokenStream, b: TokenStream) -> TokenStream {
    let comma = TokenStream::from(punct(','));
    TokenStream::from_iter([a, comma, b])
}

/// `(expr).render(&mut __view);`: by value where that is possible, else by reference.
pub fn render(out: &mut TokenStream, expression: Group) {
    let argument = [punct('&'), word("mut"), word("__view")];
    out.extend([
        TokenTree::Group(expression),
        punct('.'),
        word("render"),
        group(Delimiter::Parenthesis, TokenStream::from_iter(argument)),
        punct(';'),
    ]);
}

/// The block around it all.
pub fn view(body: TokenStream) -> TokenStream {
    let prologue = "#[allow(unused_imports)] \
        use ::domicile_sdk::view::{Render as _, RenderOnce as _}; \
        #[allow(unused_mut)] let mut";
    let new = "= ::domicile_sdk::view::View::new();";
    let mut tokens = source(prologue);
    tokens.extend([word("__view")]);
    tokens.extend(source(new));
    tokens.extend(body);
    tokens.extend([word("__view")]);
    TokenStream::from(group(Delimiter::Brace, tokens))
}

/// Our own source text as hygienic tokens.
fn source(code: &str) -> TokenStream {
    fn respan(tokens: TokenStream) -> TokenStream {
        let trees = tokens.into_iter().map(|tree| match tree {
            TokenTree::Group(g) => group(g.delimiter(), respan(g.stream())),
            other => spanned(other, Span::mixed_site()),
        });
        trees.collect()
    }
    respan(code.parse().unwrap_or_default())
}
