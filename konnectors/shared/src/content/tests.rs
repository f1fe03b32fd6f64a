use proptest::prelude::*;

use super::*;

fn lines(text: &[u8]) -> Vec<Line> {
    let mut lines = Lines::new(text);
    std::iter::from_fn(|| lines.next_line().unwrap()).collect()
}

fn line(text: &str) -> Line {
    lines(text.as_bytes()).remove(0)
}

#[test]
fn folds_are_undone_and_lines_counted() {
    let found = lines("\u{feff}BEGIN:VCARD\r\nNOTE:caf\r\n \u{e9}s\r\n\t!\n\nEND:VCARD".as_bytes());
    let shown: Vec<_> = found.iter().map(|l| (l.number, l.name.as_str(), l.text())).collect();
    let expected = [(1, "BEGIN", "VCARD"), (2, "NOTE", "caf\u{e9}s!"), (6, "END", "VCARD")];
    assert_eq!(shown, expected.map(|(number, name, text)| (number, name, text.to_owned())));
    let split_letter = lines(b"NOTE:caf\xc3\n \xa9");
    assert_eq!(split_letter[0].value, "caf\u{e9}");
}

#[test]
fn parameters_of_all_versions() {
    let old = line("item1.TEL;home;CELL;CHARSET=UTF-8:+33");
    assert_eq!((old.group.as_str(), old.name.as_str()), ("ITEM1", "TEL"));
    assert_eq!(old.parameters("TYPE").collect::<Vec<_>>(), ["home", "CELL"]);
    let new = line("adr;type=\"home,work\";LABEL=\"a^nb: ^'c^'\":;;x");
    assert_eq!(new.parameters("TYPE").collect::<Vec<_>>(), ["home,work"]);
    assert_eq!(new.parameter("LABEL"), Some("a\nb: \"c\""));
    assert_eq!(new.split(';'), ["", "", "x"]);
}

#[test]
fn escapes_and_separators() {
    let found = line("N:a\\;b;c\\,d\\n\\\\;e\\x");
    assert_eq!(found.split(';'), ["a;b", "c,d\n\\", "e\\x"]);
    assert_eq!(found.text(), "a;b;c,d\n\\;e\\x");
    assert_eq!(line("X:;").split(';').len(), 2);
    assert_eq!(line(&format!("X:{}", ";".repeat(5000))).split(';').len(), VALUES_MAX);
}

#[test]
fn quoted_printable_goes_on_after_its_own_breaks() {
    let file =
        b"N;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Ren=E9=\r\n =3D Li=\nse\nFN:x=\ny:z";
    let found = lines(file);
    assert_eq!(found[0].text(), "Ren\u{e9} = Lise");
    assert_eq!((found[1].text().as_str(), found[2].name.as_str()), ("x=", "Y"));
    let utf_8 = line("FN;QUOTED-PRINTABLE:=C3=A9=4 =");
    assert_eq!(utf_8.value, "\u{e9}=4 =");
}

#[test]
fn broken_and_huge_lines_are_counted() {
    let huge = format!("no colon\nA B:x\n:y\nNOTE:{}\nEND:X\n", "x".repeat(3 * LINE_BYTES_MAX));
    let mut lines = Lines::new(huge.as_bytes());
    let note = lines.next_line().unwrap().unwrap();
    assert_eq!((note.number, note.value.len()), (4, LINE_BYTES_MAX - "NOTE:".len()));
    assert!(lines.next_line().unwrap().unwrap().is("END", "x"));
    assert_eq!((lines.broken, lines.first_broken, lines.cut), (3, 1, 1));
    let folded = format!("NOTE:x\n{}", " y\n".repeat(1 << 20));
    assert_eq!(line(&folded).value.len(), LINE_BYTES_MAX - "NOTE:".len());
    let rich = format!("X{}:y", ";A=1,2".repeat(1000));
    assert_eq!(line(&rich).parameters.len(), PARAMETERS_MAX);
}

proptest! {
    #[test]
    fn any_bytes_are_lines(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for line in lines(&bytes) {
            prop_assert!(!line.name.is_empty());
            let _ = (line.text(), line.split(','));
        }
    }

    #[test]
    fn what_is_escaped_and_folded_is_read_back(parts in prop::collection::vec("\\PC{0,40}", 1..5)) {
        let escape = |part: &String| {
            part.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
        };
        let value = parts.iter().map(escape).collect::<Vec<_>>().join(";");
        let content = format!("NOTE:{value}");
        let folded: Vec<_> = content.as_bytes().chunks(20).collect();
        let file = folded.join(b"\r\n ".as_slice());
        prop_assert_eq!(lines(&file).remove(0).split(';'), parts);
    }
}
