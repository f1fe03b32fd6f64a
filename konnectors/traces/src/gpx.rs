//! GPX 1.0 and 1.1. In: the text of a file. Out: a track for each segment that tells times. Never
//! here: entities of the file's own (DOCTYPE is refused), depth without end, a route (a plan is no
//! trip).

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use konnector_shared::text::clean;
use konnector_shared::{Said, say};
use konnector_tracks::{Position, Track};
use quick_xml::Reader;
use quick_xml::errors::{Error, SyntaxError};
use quick_xml::events::{BytesStart, Event};

use crate::Findings;

/// How deep elements may lie in each other; GPX needs 6, and what programs add a few more.
pub const DEPTH_MAX: usize = 64;
/// Longest text of an element that is kept, in bytes.
const TEXT_BYTES_MAX: usize = 4000;
/// How much of the parser's own words a refusal quotes, in characters.
const WHY_CHARS_MAX: usize = 100;

/// Reads a whole file; each track goes to `findings` as soon as it ends.
pub fn read(text: &str, findings: &mut Findings<'_, '_>) -> Result<(), Said> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader.config_mut().allow_dangling_amp = true;
    let mut file = File { text, counted: 0, line: 1, ..File::default() };
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
        match event {
            Ok(Event::Start(start)) => file.start(&start, at)?,
            Ok(Event::End(_)) => file.end(findings)?,
            Ok(Event::Text(text)) => file.add_text(&text.xml10_content()),
            Ok(Event::CData(text)) => file.add_text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => {
                let name = reference.xml10_content();
                let known = reference.resolve_char_ref().ok().flatten().map(String::from);
                let known = known.unwrap_or_else(|| predefined(&name));
                file.add_text(&known);
            }
            Ok(Event::DocType(_)) => {
                let line = file.line_at(at);
                return Err(say!(
                    line;
                    "line {line}: the file carries its own grammar (DOCTYPE), which no trace needs: it is \
                     not read; export the trace again",
                    "ligne {line} : le fichier porte sa propre grammaire (DOCTYPE), ce dont aucune trace n'a \
                     besoin : il n'est pas lu ; exportez la trace à nouveau",
                ));
            }
            Ok(Event::Eof) if file.open.is_empty() => return file.finish(),
            Ok(Event::Eof) => return Err(truncated()),
            Ok(_) => {}
            Err(Error::Syntax(error)) if !matches!(error, SyntaxError::InvalidBangMarkup) => {
                return Err(truncated());
            }
            Err(error) => {
                let (line, why) = (file.line_at(at), clean(&error.to_string(), WHY_CHARS_MAX));
                return Err(say!(
                    line, why;
                    "line {line}: the file is not well-formed XML ({why}): export the trace again",
                    "ligne {line} : le fichier n'est pas du XML bien formé ({why}) : exportez la trace à nouveau",
                ));
            }
        }
    }
}

fn truncated() -> Said {
    say!(
        "the file stops before its end: export the trace again",
        "le fichier s'arrête avant sa fin : exportez la trace à nouveau",
    )
}

fn predefined(name: &str) -> String {
    match name {
        "amp" => "&".to_owned(),
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

/// What is known while the file is read.
#[derive(Default)]
struct File<'t> {
    text: &'t str,
    /// How far lines are counted, and the number of the line there.
    counted: usize,
    line: u32,
    /// Names of the elements that are open.
    open: Vec<String>,
    is_gpx: bool,
    /// Text of the innermost element.
    content: String,
    track: Track,
    point: Point,
}

#[derive(Default)]
struct Point {
    latitude: Option<f64>,
    longitude: Option<f64>,
    height: Option<f32>,
    at: Option<i64>,
}

impl File<'_> {
    fn line_at(&mut self, at: usize) -> u32 {
        let passed = self.text.as_bytes().get(self.counted..at).unwrap_or_default();
        let lines = passed.iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        self.counted = at.max(self.counted);
        self.line
    }

    fn start(&mut self, start: &BytesStart<'_>, at: usize) -> Result<(), Said> {
        if self.open.len() >= DEPTH_MAX {
            let line = self.line_at(at);
            return Err(say!(
                line;
                "line {line}: elements lie more than {DEPTH_MAX} deep, so this is no trace: export it again",
                "ligne {line} : plus de {DEPTH_MAX} éléments emboîtés, ce n'est donc pas une trace : \
                 exportez-la à nouveau",
            ));
        }
        let name = start.local_name().as_ref().to_owned();
        self.content.clear();
        match name.as_str() {
            "gpx" if self.open.is_empty() => self.is_gpx = true,
            "trk" => self.track = Track::default(),
            "trkseg" => {
                self.track.line = self.line_at(at);
                self.track.positions.clear();
            }
            "trkpt" => {
                let degrees = |name: &str| {
                    let value = start.try_get_attribute(name).ok().flatten()?;
                    value.value.trim().parse().ok()
                };
                let (latitude, longitude) = (degrees("lat"), degrees("lon"));
                self.point = Point { latitude, longitude, ..Point::default() };
            }
            _ => {}
        }
        self.open.push(name);
        Ok(())
    }

    fn add_text(&mut self, text: &str) {
        let room = TEXT_BYTES_MAX.saturating_sub(self.content.len());
        let end = text.floor_char_boundary(room.min(text.len()));
        self.content.push_str(text.get(..end).unwrap_or_default());
    }

    fn end(&mut self, findings: &mut Findings<'_, '_>) -> Result<(), Said> {
        let name = self.open.pop().unwrap_or_default();
        let parent = self.open.last().map_or("", String::as_str);
        let content = self.content.trim();
        match (parent, name.as_str()) {
            ("trk", "name") => self.track.title = content.to_owned(),
            ("trk", "type") => self.track.activity = content.to_owned(),
            ("trkpt", "ele") => self.point.height = content.parse().ok(),
            ("trkpt", "time") => self.point.at = seconds(content),
            ("trkseg", "trkpt") => {
                findings.count_position()?;
                match std::mem::take(&mut self.point).position() {
                    Some(position) => self.track.positions.push(position),
                    None => findings.odd_positions += 1,
                }
            }
            ("trk", "trkseg") => {
                let positions = std::mem::take(&mut self.track.positions);
                let segment = Track { positions, ..self.track.clone() };
                findings.take(segment, "gpx")?;
            }
            (_, "rte") => findings.routes += 1,
            (_, "wpt") => findings.places += 1,
            _ => {}
        }
        self.content.clear();
        Ok(())
    }

    fn finish(self) -> Result<(), Said> {
        if self.is_gpx {
            return Ok(());
        }
        Err(say!(
            "this XML file holds no GPX trace: export it as GPX or FIT",
            "ce fichier XML ne contient pas de trace GPX : exportez-la en GPX ou en FIT",
        ))
    }
}

impl Point {
    fn position(self) -> Option<Position> {
        Position::new(self.latitude?, self.longitude?, self.height, self.at?)
    }
}

/// Without a zone it is UTC, as the format wants it.
fn seconds(text: &str) -> Option<i64> {
    let timestamp = text
        .parse::<Timestamp>()
        .or_else(|_| text.parse::<DateTime>().and_then(|civil| TimeZone::UTC.to_timestamp(civil)));
    timestamp.ok().map(Timestamp::as_second)
}
