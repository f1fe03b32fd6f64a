//! The texts of statements. In: what a bank wrote about an account or a movement. Out: one label.
//! Never here: how a text is made fit to be kept, which all importers share.

pub use konnector_shared::text::*;

/// Longest label of an account or an operation, in characters.
pub const LABEL_CHARS_MAX: usize = 140;
/// Longest text of the bank about one operation, in characters.
pub const BANK_LABEL_CHARS_MAX: usize = 600;

/// Joins the parts that say something the ones before them don't.
pub fn join_distinct<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined: Vec<&str> = Vec::new();
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        if joined.iter().any(|earlier| earlier.contains(part)) {
            continue;
        }
        joined.retain(|earlier| !part.contains(earlier));
        joined.push(part);
    }
    clean(&joined.join(" - "), BANK_LABEL_CHARS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joining_drops_repetitions() {
        assert_eq!(join_distinct(["SHOP", "SHOP PARIS", "", "PARIS"]), "SHOP PARIS");
        assert_eq!(join_distinct(["A", "B", "A"]), "A - B");
    }
}
