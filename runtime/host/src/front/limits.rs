//! The limits of the front door, in one place. Each is hit by a test.

use std::time::Duration;

/// Nodes of one page tree.
pub const NODES_MAX: usize = 50_000;
/// Levels of one page tree.
pub const DEPTH_MAX: usize = 64;
/// Text, attributes included, of one page.
pub const TEXT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Panels of one page.
pub const PANELS_MAX: usize = 8;
/// An HTML page as an app hands it over.
pub const HTML_BYTES_MAX: usize = 1024 * 1024;
/// A page's title, in characters.
pub const TITLE_CHARS_MAX: usize = 200;
/// The `title` of an element.
pub const HINT_BYTES_MAX: usize = 300;
/// Labels along the axis of one chart.
pub const CHART_LABELS_MAX: usize = 400;
/// Series of one chart.
pub const CHART_SERIES_MAX: usize = 12;
/// A path with its query, as an app or a browser writes it.
pub const PATH_BYTES_MAX: usize = 2 * 1024;
/// A page token, as text.
pub const TOKEN_BYTES_MAX: usize = 6 * 1024;
/// Fields of a query or a form.
pub const FIELDS_MAX: usize = 200;
/// One field of a form, or the names of a file in one.
pub const FIELD_BYTES_MAX: usize = 256 * 1024;
/// A body that an app receives, uploads included.
pub const APP_BODY_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Files in one form.
pub const UPLOADS_MAX: usize = 20;
/// A dropped statement, or a component.
pub const UPLOAD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// A form of a trusted page.
pub const FORM_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a request of a device: what it brings at once, twice as long in JSON.
pub const DEVICE_BYTES_MAX: usize = 12 * 1024 * 1024;
/// A download that an app hands over.
pub const DOWNLOAD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// The head of a request.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;
/// How long a client may take for the head of a request.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(15);
/// How long a client may take to send a body, and the host to answer it.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// Open connections.
pub const CONNECTIONS_MAX: usize = 4_096;
/// Argon2 computations at a time: each takes 19 MiB.
pub const HASHES_AT_ONCE_MAX: usize = 2;
