//! Importer of trips: what watches, phones and satellite receivers record.
//!
//! In: one dropped file, GPX, FIT or OwnTracks. Out: a trip for each recording, and in words what
//! was left out; or the reason why nothing was taken. Never here: a network, a panic on any bytes,
//! a map.

mod fit;
mod gpx;
mod owntracks;

use domicile_sdk::importer::{Deposits, Importer, Input, Progress, Report};
use konnector_shared::{Intake, Said, count, intake, say, text};
use konnector_tracks::{POSITIONS_MAX, Track};

domicile_sdk::importer! { manifest: "manifest.toml", importer: Traces }

/// The largest file that is read: beside it, memory holds the positions of one trip.
const FILE_BYTES_MAX: u64 = 32 << 20;

struct Traces;

impl Importer for Traces {
    fn recognise(name: &str, head: &[u8]) -> u8 {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if fit::is_fit(head) {
            100
        } else if String::from_utf8_lossy(head).contains("<gpx") {
            95
        } else if owntracks::is_owntracks(head) {
            80
        } else if ["gpx", "fit"].contains(&extension.as_str()) {
            // Most likely something else under that name: to be refused in words, not to be
            // ignored.
            30
        } else {
            0
        }
    }

    fn run(input: &Input, out: &mut Deposits, progress: &Progress) -> Result<Report, String> {
        intake::run(input, out, progress, read)
    }
}

fn read(input: &Input, intake: &mut Intake<'_>) -> Result<Said, Said> {
    let bytes = intake::bytes(input, FILE_BYTES_MAX)?;
    let mut findings = Findings::new(intake);
    if fit::is_fit(&bytes) {
        fit::read(&bytes, &mut findings)?;
    } else {
        let decoded = text::decode(&bytes, None);
        if decoded.text.trim_start().starts_with('<') {
            gpx::read(&decoded.text, &mut findings)?;
        } else if owntracks::is_owntracks(&bytes) {
            owntracks::read(&decoded.text, &mut findings)?;
        } else {
            return Err(say!(
                "the file is no GPX, FIT or OwnTracks file: export the trace as one of these",
                "le fichier n'est ni GPX, ni FIT, ni OwnTracks : exportez la trace dans l'un de ces formats",
            ));
        }
    }
    findings.report()?;
    Ok(count(intake.count(), ["trip", "trips"], ["déplacement", "déplacements"]))
}

/// What a reader finds, and what it passes over.
struct Findings<'i, 'a> {
    intake: &'i mut Intake<'a>,
    positions: usize,
    /// Positions without a place on Earth or a time.
    odd_positions: usize,
    /// Tracks with fewer than two positions.
    short: usize,
    routes: usize,
    places: usize,
}

impl<'i, 'a> Findings<'i, 'a> {
    fn new(intake: &'i mut Intake<'a>) -> Findings<'i, 'a> {
        Findings { intake, positions: 0, odd_positions: 0, short: 0, routes: 0, places: 0 }
    }

    fn count_position(&mut self) -> Result<(), Said> {
        self.positions += 1;
        if self.positions <= POSITIONS_MAX {
            return Ok(());
        }
        Err(say!(
            "the file has more than {POSITIONS_MAX} positions: export fewer trips",
            "le fichier a plus de {POSITIONS_MAX} positions : exportez moins de déplacements",
        ))
    }

    fn take(&mut self, track: Track, source: &str) -> Result<(), Said> {
        let line = track.line;
        match track.into_trip(source) {
            Some((key, trip)) => self.intake.put(line, &key, &trip),
            None => {
                self.short += 1;
                Ok(())
            }
        }
    }

    fn report(self) -> Result<(), Said> {
        if self.intake.count() == 0 {
            return Err(say!(
                "the file holds no trip: a trip has two positions or more, each with its time",
                "le fichier ne contient aucun déplacement : il y faut deux positions ou plus, chacune avec son \
                 heure",
            ));
        }
        let positions =
            count(self.odd_positions, ["position", "positions"], ["position", "positions"]);
        let short = count(self.short, ["track", "tracks"], ["tracé", "tracés"]);
        let routes = count(
            self.routes,
            ["planned route", "planned routes"],
            ["itinéraire prévu", "itinéraires prévus"],
        );
        let places =
            count(self.places, ["marked place", "marked places"], ["lieu marqué", "lieux marqués"]);
        for (number, said) in [
            (
                self.odd_positions,
                say!(
                    positions;
                    "{positions} without a time or a place on Earth: left out",
                    "{positions} sans heure ou hors de la Terre : non reprises",
                ),
            ),
            (
                self.short,
                say!(
                    short;
                    "{short} without two positions in time: not taken",
                    "{short} sans deux positions dans le temps : non repris",
                ),
            ),
            (
                self.routes,
                say!(
                    routes;
                    "{routes}: not taken, for a plan is no trip",
                    "{routes} : non repris, un projet n'est pas un déplacement",
                ),
            ),
            (self.places, say!(places; "{places}: not taken", "{places} : non repris")),
        ] {
            if number > 0 {
                self.intake.warnings.add(&said);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
