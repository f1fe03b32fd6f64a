//! Every bound of the store, by name. What a guest can reach is bounded here and nowhere else.

use domicile_policy::Fault;

/// Ids in one read.
pub const IDS_MAX: usize = 100;
/// Documents or changes in one page.
pub const PAGE_MAX: usize = 100;
/// Bytes of one document's JSON text.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// Changes in one batch: as many as one import may make.
pub const OPS_MAX: usize = 50_000;
/// Characters of a provider's own key.
pub const KEY_CHARS_MAX: usize = 500;
/// Bytes of a selector's text.
pub const SELECTOR_BYTES_MAX: usize = 16 * 1024;
/// Levels of objects and lists in a selector.
pub const SELECTOR_LEVELS_MAX: usize = 8;
/// Keys of a sort.
pub const SORT_KEYS_MAX: usize = 4;
/// Bytes by which two values are ordered: what is longer is ordered by its beginning, then by id.
/// It bounds index entries and lets a cursor hold its whole position.
pub const ORDERED_BYTES_MAX: usize = 256;
/// Compartments that one feed follows: its cursor holds a position in each.
pub const FEED_COMPARTMENTS_MAX: usize = 128;
/// Changes of a compartment whose authors are told apart.
pub const SHAPED_MAX: usize = 1_000;
/// Accounts that are remembered of one document; what more of them brought is nobody's to take.
pub const CLAIMS_MAX: usize = 8;
/// Compartments of one home.
pub const COMPARTMENTS_MAX: usize = 10_000;
/// Bytes of one of the host's own records.
pub const RECORD_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Characters of a record's space or key.
pub const RECORD_KEY_CHARS_MAX: usize = 1_000;
/// Bytes of one audit entry.
pub const LOG_ENTRY_BYTES_MAX: usize = 64 * 1024;
/// An entry that waits for the next commit waits no longer than this.
pub const LOG_DELAY_MS_MAX: u64 = 100;
/// Waiting entries of more bytes than this are committed at once.
pub const LOG_WAITING_BYTES_MAX: usize = 1024 * 1024;
/// Batches of more changed bytes than this don't share a commit with further ones.
pub const GROUP_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of the name of a file or folder.
pub const FILE_NAME_BYTES_MAX: usize = 255;
/// Folders within folders, and names of a path.
pub const FOLDER_LEVELS_MAX: usize = 64;
/// Entries of a folder that are counted and summed.
pub const SUMMARY_ENTRIES_MAX: u64 = 10_000;
/// Folders that one path leads to, in different compartments.
pub const FOLDER_PLACES_MAX: usize = 32;
/// Bytes of a file's chunk, but for the last one.
pub const CHUNK_BYTES_MIN: usize = 64 * 1024;
/// Bytes of a file's chunk, on the whole.
pub const CHUNK_BYTES_AVERAGE: usize = 256 * 1024;
/// Bytes of any chunk of a file: what a writer or reader holds in memory.
pub const CHUNK_BYTES_MAX: usize = 1024 * 1024;

/// A selector counts once more for each so many bytes, so that a long one looks at fewer documents.
pub const SELECTOR_BYTES_A_LOOK: usize = 256;
/// A document counts once more for each so many bytes.
pub const BODY_BYTES_A_LOOK: usize = 4096;

/// What an operator may choose for a home.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Bytes of documents in one compartment. A static share: no compartment's use shows in
    /// another's.
    pub compartment_bytes_max: u64,
    /// The same for a doctype whose documents have contents, which count with their whole length.
    pub compartment_file_bytes_max: u64,
    /// Bytes of one file.
    pub file_bytes_max: u64,
    /// Documents that one query may look at; long ones, or a long selector, count for several.
    pub examined_max: usize,
    /// Memory for pages of the file.
    pub cache_bytes: usize,
    /// The rule that is off, in a test.
    pub fault: Fault,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            compartment_bytes_max: 1024 * 1024 * 1024,
            compartment_file_bytes_max: 20 * 1024 * 1024 * 1024,
            file_bytes_max: 5 * 1024 * 1024 * 1024,
            examined_max: 250_000,
            cache_bytes: 16 * 1024 * 1024,
            fault: Fault::Nothing,
        }
    }
}
