//! What the owner gets.

use crate::bindings::app::exports::domicile::app::page as wit;
use crate::view::{Link, View};

pub use wit::Media;

/// The answer to one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Shown in the shell's bar and in the window's title. At most 200 characters.
    pub title: String,
    /// The rest.
    pub content: Content,
}

/// Kinds of answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// A page.
    Page(View),
    /// An HTML fragment; slower than a page, and reduced by the host to what pages can say.
    Html(String),
    /// A file for the owner's device.
    Download(Download),
    /// Another page of this app, as after a form.
    See(String),
    /// No such page.
    NotFound,
}

/// A file for the owner's device.
#[derive(Debug, Clone, PartialEq)]
pub struct Download {
    /// The host cleans it; its ending follows `media`.
    pub filename: String,
    /// What it is.
    pub media: Media,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl Response {
    /// A page.
    pub fn page(title: impl Into<String>, view: View) -> Self {
        Response { title: title.into(), content: Content::Page(view) }
    }

    /// Go to another page of this app.
    pub fn see(path: impl ToString) -> Self {
        Response { title: String::new(), content: Content::See(path.to_string()) }
    }

    /// No such page.
    pub fn not_found() -> Self {
        Response { title: String::new(), content: Content::NotFound }
    }

    /// A file for the owner's device.
    pub fn download(filename: impl Into<String>, media: Media, content: Vec<u8>) -> Self {
        let filename = filename.into();
        let download = Download { filename: filename.clone(), media, content };
        Response { title: filename, content: Content::Download(download) }
    }
}

impl From<Link> for Response {
    fn from(link: Link) -> Self {
        Response::see(link)
    }
}

impl From<Response> for wit::Response {
    fn from(response: Response) -> Self {
        let content = match response.content {
            Content::Page(view) => wit::Content::Tree(view.into_nodes()),
            Content::Html(html) => wit::Content::Html(html),
            Content::Download(Download { filename, media, content }) => {
                wit::Content::Download(wit::Download { filename, media, content })
            }
            Content::See(path) => wit::Content::See(path),
            Content::NotFound => wit::Content::NotFound,
        };
        wit::Response { title: response.title, content }
    }
}
