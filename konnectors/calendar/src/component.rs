//! The components of a calendar, one after the other. In: content lines. Out: events, zones, and
//! the names of what is neither. Never here: a component that is not closed, or closed by another's
//! name.

use std::io::BufRead;

use konnector_shared::content::{Line, Lines};
use konnector_shared::{Said, Warnings, say};

use crate::event::Fields;
use crate::zones::{Rule, Zone};
use crate::{DEPTH_MAX, PROPERTIES_MAX};

/// A part of a calendar.
pub enum Item {
    Event(Box<Fields>),
    Zone(Zone),
    /// The calendar's own zone, which the standard has no name for but all programs have.
    DefaultZone(String),
    /// A task, a journal entry, free time.
    Other(String),
}

/// The components of a file.
pub struct Reader<R> {
    lines: Lines<R>,
    /// Names and lines of the components that are open.
    open: Vec<(String, u32)>,
    calendars: usize,
}

impl<R: BufRead> Reader<R> {
    pub fn new(reader: R) -> Reader<R> {
        Reader { lines: Lines::new(reader), open: Vec::new(), calendars: 0 }
    }

    pub fn report(&self, warnings: &mut Warnings) {
        self.lines.report(warnings);
    }

    /// The next part; `None` at the end of the file.
    pub fn next_item(&mut self) -> Result<Option<Item>, Said> {
        while let Some(line) = self.line()? {
            let number = line.number;
            match (self.open.len(), line.name.as_str()) {
                (1, "BEGIN") if line.is("BEGIN", "VCALENDAR") => self.calendars += 1,
                (1, "X-WR-TIMEZONE") => return Ok(Some(Item::DefaultZone(line.text()))),
                (2, "BEGIN") => return self.component(line).map(Some),
                (0, "END") => {}
                (1, name) if name != "BEGIN" => {}
                (_, name) => {
                    return Err(say!(
                        number, name;
                        "line {number}: {name} stands outside of a calendar, so this is no iCalendar file: \
                         export the calendar again",
                        "ligne {number} : {name} se trouve hors d'un calendrier, ce n'est donc pas un fichier \
                         iCalendar : exportez le calendrier à nouveau",
                    ));
                }
            }
        }
        if self.calendars > 0 {
            return Ok(None);
        }
        Err(say!(
            "the file holds no calendar: export it again",
            "le fichier ne contient aucun calendrier : exportez-le à nouveau",
        ))
    }

    fn component(&mut self, opening: Line) -> Result<Item, Said> {
        let begins = opening.number;
        let name = opening.value.trim().to_ascii_uppercase();
        let mut fields = Box::<Fields>::default();
        fields.line = begins;
        let mut zone = Zone::default();
        let mut rule = Rule::default();
        for _ in 0..PROPERTIES_MAX {
            let line = self.line()?.ok_or_else(|| unclosed(&name, begins))?;
            let inner = self.open.get(2).map(|(inner, _)| inner.as_str());
            match (line.name.as_str(), name.as_str(), inner) {
                ("END", _, None) if self.open.len() == 1 => {
                    return Ok(match name.as_str() {
                        "VEVENT" => Item::Event(fields),
                        "VTIMEZONE" => Item::Zone(zone),
                        _ => Item::Other(name),
                    });
                }
                ("BEGIN", ..) => {}
                ("END", "VTIMEZONE", None) => zone.take(&line.value, std::mem::take(&mut rule)),
                ("END", ..) => {}
                (_, "VEVENT", None) => fields.take(line),
                (_, "VEVENT", Some("VALARM")) => fields.take_of_alarm(&line),
                ("TZID", "VTIMEZONE", None) => zone.name = line.text().trim().to_owned(),
                (_, "VTIMEZONE", Some(_)) => rule.take(&line),
                _ => {}
            }
        }
        Err(say!(
            begins, name;
            "line {begins}: the {name} that begins here has more than {PROPERTIES_MAX} properties: export a \
             part of the calendar",
            "ligne {begins} : le {name} qui commence ici a plus de {PROPERTIES_MAX} propriétés : exportez une \
             partie du calendrier",
        ))
    }

    /// The next line, with what is open up to date. An end closes what was opened last.
    fn line(&mut self) -> Result<Option<Line>, Said> {
        let Some(line) = self.lines.next_line()? else {
            return match self.open.last() {
                Some((name, begins)) => Err(unclosed(name, *begins)),
                None => Ok(None),
            };
        };
        let (number, name) = (line.number, line.value.trim().to_ascii_uppercase());
        match line.name.as_str() {
            "BEGIN" if self.open.len() >= DEPTH_MAX => Err(say!(
                number;
                "line {number}: components lie more than {DEPTH_MAX} deep, so this is nobody's calendar",
                "ligne {number} : plus de {DEPTH_MAX} composants emboîtés, ce n'est donc le calendrier de \
                 personne",
            )),
            "BEGIN" => {
                self.open.push((name, number));
                Ok(Some(line))
            }
            "END" => match self.open.pop() {
                Some((opened, _)) if opened == name => Ok(Some(line)),
                Some((opened, begins)) => Err(say!(
                    number, name, opened, begins;
                    "line {number}: END:{name} closes the {opened} of line {begins}: export the calendar again",
                    "ligne {number} : END:{name} ferme le {opened} de la ligne {begins} : exportez le \
                     calendrier à nouveau",
                )),
                None => Err(say!(
                    number, name;
                    "line {number}: END:{name} closes nothing: export the calendar again",
                    "ligne {number} : END:{name} ne ferme rien : exportez le calendrier à nouveau",
                )),
            },
            _ => Ok(Some(line)),
        }
    }
}

fn unclosed(name: &str, begins: u32) -> Said {
    say!(
        name, begins;
        "line {begins}: the {name} that begins here has no end: download the file again",
        "ligne {begins} : le {name} qui commence ici n'a pas de fin : téléchargez le fichier à nouveau",
    )
}
