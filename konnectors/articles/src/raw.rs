//! What a feed says, before it is judged: the same for each of the formats.

/// All of a feed.
#[derive(Debug, Default)]
pub struct Raw {
    /// What relative addresses are relative to, best first.
    pub bases: Vec<String>,
    pub items: Vec<Item>,
    /// Items that were too many.
    pub beyond: usize,
}

/// A text, and whether it is markup.
#[derive(Debug, Clone, Default)]
pub struct Text {
    pub text: String,
    pub kind: Markup,
}

/// How a text is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Markup {
    /// As it is.
    #[default]
    Plain,
    /// As HTML.
    Html,
    /// RSS does not tell: as HTML if it looks like that.
    Unknown,
}

/// One entry.
#[derive(Debug, Default)]
pub struct Item {
    pub id: String,
    pub base: Option<String>,
    pub title: Option<Text>,
    pub link: String,
    pub author: String,
    pub published: String,
    pub updated: String,
    /// The whole text, and the short one.
    pub content: Option<Text>,
    pub summary: Option<Text>,
    pub tags: Vec<String>,
    pub enclosures: Vec<Enclosure>,
}

/// A file that belongs to an entry.
#[derive(Debug, Default)]
pub struct Enclosure {
    pub link: String,
    pub kind: String,
    pub size: Option<u64>,
}
