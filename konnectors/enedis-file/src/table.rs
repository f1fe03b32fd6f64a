//! The lines of an export to rows. In: text, in one of two layouts: a line about the meter and the
//! kind of data, then a table of two columns or more (what owners download); or one table whose
//! every row says all of it (what Enedis sends). Out: rows by meter. Never here: a layout that is
//! known by its looks alone: columns have names, and units are told.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::DateTime;
use konnector_shared::text::{clean, plain, quote};
use konnector_shared::{Intake, Said, say};

/// Cells of a line.
const CELLS_MAX: usize = 100;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Watts, on average over a step.
    Power,
    /// Watt-hours of a step.
    Energy,
    /// What the meter shows, in watt-hours.
    Index,
}

/// A line with a time.
#[derive(Debug)]
pub struct Row {
    pub line: u32,
    pub quantity: Quantity,
    /// On the clock of the wall: when the step ended, or the meter was read.
    pub end: DateTime,
    /// The same in seconds since 1970, where the file tells the zone.
    pub instant: Option<i64>,
    /// `None`: a hole in the curve.
    pub value: Option<f64>,
    /// In minutes, where the file tells it.
    pub step: Option<i64>,
}

/// An export while it is read.
#[derive(Default)]
pub struct Table {
    /// Rows by the number of the meter.
    pub points: BTreeMap<String, Vec<Row>>,
    /// Names of the line about the meter that comes next, then what it says.
    announced: Option<Vec<String>>,
    about: BTreeMap<String, String>,
    columns: Vec<String>,
}

impl Table {
    pub fn read(text: &str, intake: &mut Intake<'_>) -> Result<Table, Said> {
        let mut table = Table::default();
        for (line, number) in text.lines().zip(1..) {
            let cells = line.split(';').take(CELLS_MAX).map(|cell| cell.trim().trim_matches('"'));
            let cells: Vec<&str> = cells.collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                table.line(number, &cells, intake)?;
            }
        }
        Ok(table)
    }

    fn line(&mut self, number: u32, cells: &[&str], intake: &mut Intake<'_>) -> Result<(), Said> {
        let names = || cells.iter().map(|cell| name(cell)).collect::<Vec<_>>();
        match name(cells.first().copied().unwrap_or_default()).as_str() {
            "identifiant prm" => {
                self.about.clear();
                self.columns.clear();
                match names() {
                    names if names.iter().any(|name| name == "horodate") => self.columns = names,
                    names => self.announced = Some(names),
                }
            }
            // Of a calendar of prices, below the readings.
            first @ ("horodate" | "periode") if !self.about.is_empty() => {
                self.columns = if first == "horodate" { names() } else { vec![first.to_owned()] };
            }
            _ => {
                if let Some(names) = self.announced.take() {
                    let cells = cells.iter().map(|cell| (*cell).to_owned());
                    self.about = names.into_iter().zip(cells).collect();
                } else if self.columns.is_empty() {
                    return Err(say!(
                        number;
                        "line {number}: this is no export of Enedis whose layout is known: download the load \
                         curve or the daily readings, as CSV",
                        "ligne {number} : ce n'est pas un export d'Enedis dont la disposition soit connue : \
                         téléchargez la courbe de charge ou les relevés quotidiens, en CSV",
                    ));
                } else if self.columns.len() > 1 {
                    self.row(number, cells, intake)?;
                }
            }
        }
        Ok(())
    }

    /// What a line says in the column of that name, or the line about the meter.
    fn cell<'a>(&'a self, cells: &[&'a str], name: &str) -> &'a str {
        let at = self.columns.iter().position(|column| column == name);
        let cell = at.and_then(|at| cells.get(at)).copied();
        cell.or_else(|| self.about.get(name).map(String::as_str)).unwrap_or_default()
    }

    fn row(&mut self, number: u32, cells: &[&str], intake: &mut Intake<'_>) -> Result<(), Said> {
        let cell = |name: &str| self.cell(cells, name);
        let point = cell("identifiant prm");
        if point.len() != 14 || !point.bytes().all(|byte| byte.is_ascii_digit()) {
            intake.left_out.add(&format!("PRM {}", quote(point)));
            return Ok(());
        }
        let (quantity, column) = match quantity(|name| self.cell(cells, name)) {
            Ok(known) => known,
            Err(other) => {
                intake.left_out.add(&other);
                return Ok(());
            }
        };
        let (time, written) = (cell("horodate"), cell(column));
        let value = number_of(written);
        let (Some(end), true) = (moment(time), value.is_some() || written.is_empty()) else {
            let (time, written) = (quote(time), quote(written));
            intake.warnings.add(&say!(
                number, time, written;
                "line {number}: {time} is no time, or {written} no number: left out",
                "ligne {number} : {time} n'est pas une heure, ou {written} pas un nombre : non repris",
            ));
            return Ok(());
        };
        if moment(cell("date de debut")) == Some(end) {
            return Err(say!(
                number;
                "line {number}: the file tells when steps begin, where only one is known that tells when they \
                 end: download the load curve as CSV",
                "ligne {number} : le fichier dit quand les pas commencent, alors que seul est connu celui qui \
                 dit quand ils finissent : téléchargez la courbe de charge en CSV",
            ));
        }
        let instant = time.parse::<Timestamp>().ok().map(Timestamp::as_second);
        let steps = [cell("pas en minutes").parse().ok(), minutes(cell("pas"))];
        let step = steps.into_iter().flatten().find(|step| (1..=60).contains(step));
        let row = Row { line: number, quantity, end, instant, value, step };
        let point = point.to_owned();
        self.points.entry(point).or_default().push(row);
        Ok(())
    }
}

/// What a row tells, and in which column; or what it is called that is not taken.
fn quantity<'a>(cell: impl Fn(&str) -> &'a str) -> Result<(Quantity, &'static str), String> {
    let [kind, physical, business, unit] =
        ["type de donnees", "grandeur physique", "grandeur metier", "unite"].map(&cell);
    let is = |text: &str, names: &[&str]| names.contains(&name(text).as_str());
    let index = cell("type de releve");
    let consumed = is(business, &["consommation", "cons"]);
    match name(unit).as_str() {
        "wh" if consumed && is(kind, &["index"]) && is(index, &["arrete quotidien"]) => {
            Ok((Quantity::Index, "eas t"))
        }
        "w" if consumed && (is(kind, &["courbe de charge"]) || is(physical, &["pa"])) => {
            Ok((Quantity::Power, "valeur"))
        }
        "wh" if consumed && is(physical, &["ea"]) => Ok((Quantity::Energy, "valeur")),
        _ => {
            let told = [kind, physical, business, index].map(|text| clean(text, 40));
            Err(told.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A name of a column, whoever wrote it: `Date de début` and `Date de debut` are one.
pub fn name(text: &str) -> String {
    plain(text.trim_start_matches('\u{feff}').trim())
}

/// `2026-10-25T02:30:00+02:00`, `2026-10-25 02:30:00`, as the wall shows it.
fn moment(text: &str) -> Option<DateTime> {
    text.parse::<DateTime>().ok().filter(|at| (1990..2200).contains(&at.year()))
}

fn number_of(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    let number = text.replace(',', ".").parse::<f64>().ok();
    number.filter(|number| plain && *number < 1e12)
}

/// `PT30M`, `PT1H`.
fn minutes(text: &str) -> Option<i64> {
    let text = text.strip_prefix("PT")?;
    match text.strip_suffix('H') {
        Some(hours) => hours.parse::<i64>().ok()?.checked_mul(60),
        None => text.strip_suffix('M')?.parse().ok(),
    }
}
