//! What pages show. In: the operators of each page. Out: lines of pieces, from the top, each piece
//! as it was written and where. Never here: what lies in a form or a picture, text that runs
//! upwards; more of a page than is said below.
//!
//! A piece is what one operator shows: programs that print tables write a cell by one.

use std::collections::BTreeMap;

use konnector_shared::text::clean;
use konnector_shared::{Said, say};
use lopdf::content::Content;
use lopdf::{Document, Encoding, Object, ObjectId};

use crate::Pdf;

/// Pages of a file, and what each may have.
const PAGES_MAX: usize = 100;
const PAGE_BYTES_MAX: usize = 1 << 20;
const FONT_BYTES_MAX: usize = 1 << 20;
const PIECES_MAX: usize = 20_000;
/// Characters of a piece.
const PIECE_CHARS_MAX: usize = 1_000;
/// How deep states may be saved.
const DEPTH_MAX: usize = 64;
/// Cells of a line may stand so many points higher or lower than its first.
const LINE_POINTS: f64 = 2.0;
/// A move to the right by this many thousandths of a letter's height is a space.
const SPACE: f64 = -200.0;

/// A text, and where it begins, in points from the left.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    pub x: f64,
    pub text: String,
}

/// What stands at one height of a page, from the left.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// From 1.
    pub page: u32,
    pub pieces: Vec<Piece>,
}

impl Line {
    /// All of it, with a space between pieces.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Letters and digits of it, small: the same however it was cut into pieces.
    pub fn squeezed(&self) -> String {
        let all = self.pieces.iter().flat_map(|piece| piece.text.chars());
        all.filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    }
}

impl Pdf {
    /// The lines of all pages.
    pub fn lines(&self) -> Result<Vec<Line>, Said> {
        let too_much = || {
            say!(
                "the PDF shows more than any statement does: it is not read",
                "le PDF montre plus qu'aucun relevé : il n'est pas lu",
            )
        };
        let pages: Vec<ObjectId> = self.0.page_iter().take(PAGES_MAX + 1).collect();
        if pages.len() > PAGES_MAX {
            return Err(too_much());
        }
        let mut lines = Vec::new();
        let mut left = PIECES_MAX;
        for (page, number) in pages.into_iter().zip(1..) {
            let content = self.0.get_page_content_with_limit(page, PAGE_BYTES_MAX);
            let content =
                Content::decode(&content.map_err(|_| too_much())?).map_err(|_| too_much())?;
            let mut shown = Shown::new(&self.0, page, left);
            let all = content.operations.iter();
            all.for_each(|operation| shown.operate(&operation.operator, &operation.operands));
            left = left
                .checked_sub(shown.pieces.len())
                .filter(|left| *left > 0)
                .ok_or_else(too_much)?;
            lines.extend(shown.into_lines(number));
        }
        Ok(lines)
    }
}

/// `[a b c d e f]`, as the format has them.
type Matrix = [f64; 6];

const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// First the one, then the other.
fn then(one: Matrix, other: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = one;
    let [p, q, r, s, t, u] = other;
    [
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    ]
}

/// A page while its operators are followed.
struct Shown<'a> {
    fonts: BTreeMap<Vec<u8>, Encoding<'a>>,
    font: Vec<u8>,
    page: Matrix,
    saved: Vec<Matrix>,
    line: Matrix,
    leading: f64,
    /// Height and piece.
    pieces: Vec<(f64, Piece)>,
    pieces_max: usize,
}

impl<'a> Shown<'a> {
    fn new(document: &'a Document, page: ObjectId, pieces_max: usize) -> Shown<'a> {
        let fonts = document.get_page_fonts(page).unwrap_or_default().into_iter();
        let fonts = fonts.filter_map(|(name, font)| {
            Some((name, font.get_font_encoding_with_limit(document, FONT_BYTES_MAX).ok()?))
        });
        Shown {
            fonts: fonts.collect(),
            font: Vec::new(),
            page: UNIT,
            saved: Vec::new(),
            line: UNIT,
            leading: 0.0,
            pieces: Vec::new(),
            pieces_max,
        }
    }

    fn operate(&mut self, operator: &str, operands: &[Object]) {
        let number =
            |at: usize| operands.get(at).and_then(|one| one.as_float().ok()).map_or(0.0, f64::from);
        let matrix = || std::array::from_fn(number);
        match operator {
            "q" if self.saved.len() < DEPTH_MAX => self.saved.push(self.page),
            "Q" => self.page = self.saved.pop().unwrap_or(self.page),
            "cm" => self.page = then(matrix(), self.page),
            "BT" => self.line = UNIT,
            "Tf" => {
                self.font =
                    operands.first().and_then(|one| one.as_name().ok()).unwrap_or_default().to_vec()
            }
            "TL" => self.leading = number(0),
            "Tm" => self.line = matrix(),
            "Td" => self.move_by(number(0), number(1)),
            "TD" => {
                self.leading = -number(1);
                self.move_by(number(0), number(1));
            }
            "T*" => self.move_by(0.0, -self.leading),
            "Tj" => self.show(operands.first()),
            "'" | "\"" => {
                self.move_by(0.0, -self.leading);
                self.show(operands.last());
            }
            "TJ" => self.show(operands.first()),
            _ => {}
        }
    }

    fn move_by(&mut self, right: f64, up: f64) {
        self.line = then([1.0, 0.0, 0.0, 1.0, right, up], self.line);
    }

    fn show(&mut self, operand: Option<&Object>) {
        let (Some(operand), Some(font)) = (operand, self.fonts.get(&self.font)) else { return };
        let mut text = String::new();
        let parts = operand.as_array().map_or(std::slice::from_ref(operand), Vec::as_slice);
        for part in parts {
            match (part.as_str(), part.as_float()) {
                (Ok(bytes), _) => {
                    text.push_str(&Document::decode_text(font, bytes).unwrap_or_default())
                }
                (_, Ok(by)) if f64::from(by) < SPACE => text.push(' '),
                _ => {}
            }
        }
        let text = clean(&text, PIECE_CHARS_MAX);
        let [right, up, across, _, x, y] = then(self.line, self.page);
        let is_level = right > 0.0 && up == 0.0 && across == 0.0;
        if is_level
            && x.is_finite()
            && y.is_finite()
            && !text.is_empty()
            && self.pieces.len() < self.pieces_max
        {
            self.pieces.push((y, Piece { x, text }));
        }
    }

    /// Whatever the order in which they were written.
    fn into_lines(mut self, page: u32) -> Vec<Line> {
        self.pieces.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        let mut lines: Vec<(f64, Line)> = Vec::new();
        for (y, piece) in self.pieces {
            match lines.last_mut().filter(|(top, _)| *top - y <= LINE_POINTS) {
                Some((_, line)) => line.pieces.push(piece),
                None => lines.push((y, Line { page, pieces: vec![piece] })),
            }
        }
        let lines = lines.into_iter().map(|(_, mut line)| {
            line.pieces.sort_by(|one, other| one.x.total_cmp(&other.x));
            line
        });
        lines.collect()
    }
}
