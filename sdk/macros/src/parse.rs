//! One pass over the markup: each construct is turned into calls as it is read.

use crate::emit::{call, group, pair, punct, render, text, variant, word};
use crate::error::{Error, Result, nearest};
use proc_macro::{Delimiter, Group, Span, TokenStream, TokenTree, token_stream};
use std::iter::Peekable;

/// Shared with the SDK, which shows the list to authors.
const CLASSES: &[&str] = include!("../../rust/src/view/classes.in");

/// Elements without content.
const VOID: &[&str] = &["br", "hr", "input"];

/// What pressing does: sugar for `act`.
const ACTIONS: &[&str] = &["go", "post", "link"];

/// A part of a page that is another page; no element.
const PANEL: &str = "panel";

pub struct Parser {
    tokens: Peekable<token_stream::IntoIter>,
    /// For a mistake at the end of the input.
    last: Span,
}

impl Parser {
    pub fn new(input: TokenStream) -> Self {
        Parser { tokens: input.into_iter().peekable(), last: Span::call_site() }
    }

    pub fn nodes(mut self, out: &mut TokenStream) -> Result<()> {
        while self.tokens.peek().is_some() {
            self.node(out)?;
        }
        Ok(())
    }

    fn next(&mut self) -> Option<TokenTree> {
        let token = self.tokens.next();
        self.last = token.as_ref().map_or(self.last, TokenTree::span);
        token
    }

    fn fail<T>(&self, message: &str) -> Result<T> {
        Err(Error::new(self.last, message))
    }

    fn at_punct(&mut self, wanted: char) -> bool {
        matches!(self.tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == wanted)
    }

    fn at_word(&mut self, wanted: &str) -> bool {
        matches!(self.tokens.peek(), Some(TokenTree::Ident(i)) if i.to_string() == wanted)
    }

    fn take_group(&mut self, delimiter: Delimiter) -> Option<Group> {
        match self.tokens.peek() {
            Some(TokenTree::Group(g)) if g.delimiter() == delimiter => {
                let found = g.clone();
                self.next();
                Some(found)
            }
            _ => None,
        }
    }

    fn node(&mut self, out: &mut TokenStream) -> Result<()> {
        match self.next() {
            Some(TokenTree::Literal(literal)) => {
                call(out, "text", TokenStream::from(TokenTree::Literal(literal)));
                Ok(())
            }
            Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis => {
                render(out, g);
                Ok(())
            }
            Some(TokenTree::Punct(p)) if p.as_char() == '@' => self.control(out),
            Some(TokenTree::Ident(tag)) if tag.to_string() == PANEL => self.panel(out),
            Some(TokenTree::Ident(tag)) => self.element(&tag.to_string(), tag.span(), out),
            _ => self.fail("expected an element, a string, `(expression)` or `@if`"),
        }
    }

    /// `panel "/path";`, `panel (path("/path"));`
    fn panel(&mut self, out: &mut TokenStream) -> Result<()> {
        let (false, value) = self.value()? else {
            return self.fail("a panel is always there: use `@if`");
        };
        call(out, "panel", value);
        if !self.at_punct(';') {
            return self.fail("a panel has no content: end it with `;`");
        }
        self.next();
        Ok(())
    }

    fn element(&mut self, tag: &str, span: Span, out: &mut TokenStream) -> Result<()> {
        call(out, "open", variant("Tag", tag, span));
        self.classes(out)?;
        let is_void = VOID.contains(&tag);
        loop {
            if let Some(body) = self.take_group(Delimiter::Brace) {
                if is_void {
                    return self.fail(&format!("`{tag}` has no content: end it with `;`"));
                }
                Parser::new(body.stream()).nodes(out)?;
                break;
            }
            if self.at_punct(';') {
                self.next();
                break;
            }
            self.attribute(out)?;
        }
        if !is_void {
            call(out, "close", TokenStream::new());
        }
        Ok(())
    }

    /// `.card.wide`, `.positive[condition]`, `.(expression)`
    fn classes(&mut self, out: &mut TokenStream) -> Result<()> {
        while self.at_punct('.') {
            self.next();
            if let Some(expression) = self.take_group(Delimiter::Parenthesis) {
                call(out, "class", expression.stream());
                continue;
            }
            let name = self.name()?;
            if !CLASSES.contains(&name.as_str()) {
                let hint = nearest(&name, CLASSES).unwrap_or("card");
                return self.fail(&format!("no class `{name}` in the design system: `{hint}`?"));
            }
            let name = TokenStream::from(text(&name));
            match self.take_group(Delimiter::Bracket) {
                Some(condition) => call(out, "class_if", pair(condition.stream(), name)),
                None => call(out, "class", name),
            }
        }
        Ok(())
    }

    /// A word that may have dashes.
    fn name(&mut self) -> Result<String> {
        let mut name = String::new();
        loop {
            match self.next() {
                Some(TokenTree::Ident(part)) => {
                    name.push_str(part.to_string().trim_start_matches("r#"));
                }
                _ => return self.fail("expected a name, `{ ... }` or `;`"),
            }
            if !self.at_punct('-') {
                return Ok(name);
            }
            self.next();
            name.push('-');
        }
    }

    fn attribute(&mut self, out: &mut TokenStream) -> Result<()> {
        let name = self.name()?;
        let span = self.last;
        let is_action = ACTIONS.contains(&name.as_str());
        let key = || variant("Attr", &name, span);
        if self.at_punct('=') {
            self.next();
            let (optional, value) = self.value()?;
            match (is_action, optional) {
                (true, false) => call(out, &name, value),
                (true, true) => return self.fail("an action is always there: use `@if`"),
                (false, false) => call(out, "attr", pair(key(), value)),
                (false, true) => call(out, "attr_option", pair(key(), value)),
            }
            return Ok(());
        }
        if is_action {
            return self.fail(&format!("`{name}` needs a value: {name}=(...)"));
        }
        match self.take_group(Delimiter::Bracket) {
            Some(condition) => call(out, "attr_if", pair(key(), condition.stream())),
            None => call(out, "attr", pair(key(), TokenStream::from(text("")))),
        }
        Ok(())
    }

    /// After `=`: a literal, `(expression)`, or `[option]`.
    fn value(&mut self) -> Result<(bool, TokenStream)> {
        match self.next() {
            Some(TokenTree::Literal(literal)) => {
                Ok((false, TokenStream::from(TokenTree::Literal(literal))))
            }
            Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Parenthesis => {
                Ok((false, g.stream()))
            }
            Some(TokenTree::Group(g)) if g.delimiter() == Delimiter::Bracket => {
                Ok((true, g.stream()))
            }
            _ => self.fail("expected a literal, `(expression)` or `[option]`"),
        }
    }

    fn control(&mut self, out: &mut TokenStream) -> Result<()> {
        let Some(TokenTree::Ident(keyword)) = self.next() else {
            return self.fail("expected if, for, match or let after `@`");
        };
        match keyword.to_string().as_str() {
            "if" => {
                out.extend([TokenTree::Ident(keyword)]);
                self.branch(out)?;
                self.otherwise(out)
            }
            "for" => {
                out.extend([TokenTree::Ident(keyword)]);
                self.branch(out)
            }
            "match" => {
                out.extend([TokenTree::Ident(keyword)]);
                let arms = self.head(out)?;
                let mut printed = TokenStream::new();
                Parser::new(arms.stream()).arms(&mut printed)?;
                out.extend([group(Delimiter::Brace, printed)]);
                Ok(())
            }
            "let" => {
                out.extend([TokenTree::Ident(keyword)]);
                while !self.at_punct(';') {
                    let Some(token) = self.next() else { return self.fail("`@let` ends with `;`") };
                    out.extend([token]);
                }
                self.next();
                out.extend([punct(';')]);
                Ok(())
            }
            other => self.fail(&format!("no `@{other}`: if, for, match or let")),
        }
    }

    /// The tokens up to the braces are Rust and stay as they are.
    fn head(&mut self, out: &mut TokenStream) -> Result<Group> {
        loop {
            if let Some(body) = self.take_group(Delimiter::Brace) {
                return Ok(body);
            }
            let Some(token) = self.next() else { return self.fail("expected `{ ... }`") };
            out.extend([token]);
        }
    }

    fn branch(&mut self, out: &mut TokenStream) -> Result<()> {
        let body = self.head(out)?;
        self.block(body, out)
    }

    fn block(&mut self, body: Group, out: &mut TokenStream) -> Result<()> {
        let mut printed = TokenStream::new();
        Parser::new(body.stream()).nodes(&mut printed)?;
        out.extend([group(Delimiter::Brace, printed)]);
        Ok(())
    }

    fn otherwise(&mut self, out: &mut TokenStream) -> Result<()> {
        while self.at_punct('@') {
            let mut ahead = self.tokens.clone();
            ahead.next();
            if !matches!(ahead.peek(), Some(TokenTree::Ident(i)) if i.to_string() == "else") {
                break;
            }
            self.next();
            self.next();
            out.extend([word("else")]);
            let is_last = !self.at_word("if");
            self.branch(out)?;
            if is_last {
                break;
            }
        }
        Ok(())
    }

    fn arms(mut self, out: &mut TokenStream) -> Result<()> {
        while self.tokens.peek().is_some() {
            loop {
                let Some(token) = self.next() else { return self.fail("expected `=>`") };
                let is_arrow = matches!(&token, TokenTree::Punct(p) if p.as_char() == '=')
                    && self.at_punct('>');
                out.extend([token]);
                if is_arrow {
                    out.extend(self.next());
                    break;
                }
            }
            match self.take_group(Delimiter::Brace) {
                Some(body) => self.block(body, out)?,
                None => {
                    let mut printed = TokenStream::new();
                    self.node(&mut printed)?;
                    out.extend([group(Delimiter::Brace, printed)]);
                }
            }
            if self.at_punct(',') {
                self.next();
            }
        }
        Ok(())
    }
}
