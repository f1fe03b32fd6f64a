//! Names of files and folders: what an app may give, and what is made of a device's own.
//!
//! A name is shown, and never a path: nothing here or elsewhere opens a file by it. So that it is
//! read as it is, it holds no separator, no control and no sign that turns the writing round.

use crate::limits::{FILE_NAME_BYTES_MAX, FOLDER_LEVELS_MAX};

/// Why a text is no name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Too short or too long.
    #[error("a name has 1 to {FILE_NAME_BYTES_MAX} bytes, this one has {0}")]
    Length(usize),
    /// `.` or `..`, or nothing but spaces.
    #[error("`{0}` is no name of a file")]
    Dots(String),
    /// Something in it that is no part of a name.
    #[error("a name holds no `/`, no control character and no mark that turns the writing round")]
    Sign,
    /// A path with more folders than there may be.
    #[error("a path has 1 to {FOLDER_LEVELS_MAX} names, this one has {0}")]
    Levels(usize),
}

/// Whether a text is a name.
pub fn check(name: &str) -> Result<(), NameError> {
    if !(1..=FILE_NAME_BYTES_MAX).contains(&name.len()) {
        return Err(NameError::Length(name.len()));
    }
    if name.chars().any(is_forbidden) {
        return Err(NameError::Sign);
    }
    match name.trim() {
        "" | "." | ".." => Err(NameError::Dots(name.to_owned())),
        _ => Ok(()),
    }
}

/// The names of a path: folders, then a file.
pub fn path(path: &str) -> Result<Vec<&str>, NameError> {
    let names: Vec<&str> = path.split('/').collect();
    if names.len() > FOLDER_LEVELS_MAX {
        return Err(NameError::Levels(names.len()));
    }
    names.iter().try_for_each(|name| check(name))?;
    Ok(names)
}

/// A name made of what a device calls a file: what can't stay becomes `_`.
pub fn clean(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let mut clean: String = name.chars().map(|c| if is_forbidden(c) { '_' } else { c }).collect();
    if clean.len() > FILE_NAME_BYTES_MAX {
        let ending = clean.rfind('.').map(|at| clean.split_off(at)).unwrap_or_default();
        let ending = if ending.len() > ENDING_BYTES_MAX { String::new() } else { ending };
        clean.truncate(clean.floor_char_boundary(FILE_NAME_BYTES_MAX - ending.len()));
        clean.push_str(&ending);
    }
    if check(&clean).is_ok() { clean } else { "_".to_owned() }
}

/// An ending of more bytes is no type's.
const ENDING_BYTES_MAX: usize = 16;

fn is_forbidden(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2066}'..='\u{2069}');
    let lines = matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}');
    c == '/' || c.is_control() || turns || lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tricks_are_no_names() {
        for bad in ["", ".", "..", " ", " .. ", "a/b", "/", "a\0b", "a\nb", "\u{7f}", "\u{85}"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
        for bad in ["photo\u{202e}gpj.exe", "a\u{2066}b", "a\u{200f}", "\u{feff}a", "a\u{2028}b"] {
            assert_eq!(check(bad), Err(NameError::Sign), "{bad:?}");
        }
        assert_eq!(check(&"x".repeat(256)), Err(NameError::Length(256)));
        assert_eq!(check(&"\u{e9}".repeat(128)), Err(NameError::Length(256)));
        for good in ["a", "x.tar.gz", "..a", ".profile", "NUL", "e\u{301}.txt", "caf\u{e9} 2.pdf"] {
            assert_eq!(check(good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn a_path_goes_nowhere_else() {
        assert_eq!(path("Bills/2026/may.pdf").unwrap(), ["Bills", "2026", "may.pdf"]);
        for bad in ["", "/etc/passwd", "../x", "a/../b", "a//b", "a/", "./a"] {
            assert!(path(bad).is_err(), "{bad:?}");
        }
        assert!(path(&vec!["a"; FOLDER_LEVELS_MAX].join("/")).is_ok());
        let long = vec!["a"; FOLDER_LEVELS_MAX + 1].join("/");
        assert_eq!(path(&long), Err(NameError::Levels(FOLDER_LEVELS_MAX + 1)));
    }

    #[test]
    fn a_devices_name_becomes_a_name() {
        for (given, name) in [
            ("C:\\Users\\me\\may.pdf", "may.pdf"),
            ("../../etc/passwd", "passwd"),
            ("a\0b\u{202e}c", "a_b_c"),
            ("", "_"),
            ("..", "_"),
            ("dir/", "_"),
        ] {
            assert_eq!(clean(given), name);
        }
        let long = clean(&format!("{}.pdf", "\u{e9}".repeat(200)));
        assert!(long.len() <= 255 && long.ends_with("\u{e9}.pdf"), "{long}");
        assert!(check(&clean(&format!("a.{}", "x".repeat(300)))).is_ok());
    }
}
