//! The project's rules as a test: what no compiler checks.
//!
//! In: the files that git knows. Out: findings, each with its file, line and reason. Never here: a
//! rule without a bad sample that it finds, or a rule that mends what it finds.

pub mod cases;
pub mod frozen;
pub mod layers;
pub mod programs;
pub mod shape;
pub mod text;
pub mod tree;

#[cfg(test)]
mod tests {
    use super::*;
    use tree::{Finding, Tree};

    #[track_caller]
    fn none(findings: Vec<Finding>) {
        let lines: Vec<String> = findings.iter().map(Finding::to_string).collect();
        assert!(lines.is_empty(), "\n{}\n", lines.join("\n"));
    }

    fn tree() -> Tree {
        Tree::of_workspace().expect("git lists the files")
    }

    #[test]
    fn crates_depend_on_what_their_room_allows() {
        none(layers::manifests(&tree()));
    }

    #[test]
    fn rooms_name_what_is_theirs() {
        none(layers::names(&tree()));
    }

    #[test]
    fn arrows_never_turn_back() {
        none(layers::arrows(&tree()));
    }

    #[test]
    fn ring_and_unsafe_stay_in_one_file() {
        none(layers::single_files(&tree()));
    }

    #[test]
    fn host_crates_deny_what_panics() {
        none(layers::guards(&tree()));
    }

    #[test]
    fn files_keep_their_shape() {
        none(shape::check(&tree()));
    }

    #[test]
    fn sources_say_only_what_they_should() {
        none(text::check(&tree()));
    }

    #[test]
    fn released_interfaces_did_not_change() {
        none(frozen::check(&tree()));
    }

    #[test]
    fn every_attack_has_its_row_and_the_page_tells_them_all() {
        none(cases::check(&tree()));
    }

    #[test]
    fn every_program_is_built_and_named_by_a_test() {
        none(programs::check(&tree()));
    }
}
