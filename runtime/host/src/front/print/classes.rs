//! The classes of the design system that apps may use; the SDK prints the same list. A class of the
//! host's own pages is not among them: an app must not be able to look like the shell.

/// Sorted, for the search.
const CLASSES: [&str; 38] = [
    "amount",
    "badge",
    "big",
    "card",
    "cards",
    "center",
    "checks",
    "danger",
    "empty",
    "error",
    "field",
    "filters",
    "grid",
    "hidden-label",
    "icon",
    "info",
    "item",
    "kpi",
    "list",
    "muted",
    "narrow",
    "negative",
    "ok",
    "page",
    "pager",
    "positive",
    "primary",
    "quiet",
    "right",
    "row",
    "scroll",
    "secondary",
    "small",
    "spacer",
    "stack",
    "toolbar",
    "warn",
    "wide",
];

/// Whether apps may use `class`.
pub fn is_class(class: &str) -> bool {
    CLASSES.binary_search(&class).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(CLASSES.is_sorted());
        assert!(is_class("amount") && is_class("wide"));
        assert!(!is_class("") && !is_class("bar") && !is_class("Card"));
    }
}
