//! The tool that writes statements in the two known layouts, for tests: the samples beside it are
//! its work. In: rows that we made up. Out: a PDF, its cells where real statements have them. Never
//! here: a person, or more of a real statement than the words that its layout prints.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

/// From the left and from the top of a page, in points.
type Cell<'a> = (f32, f32, &'a str);

/// Pages of so many bytes are packed.
const PACKED_BYTES_MIN: usize = 1 << 20;

/// A block of Ameli: for whom, reference, rows of six cells, and the payment below.
pub struct Block<'a> {
    pub name: &'a str,
    pub reference: &'a str,
    pub rows: &'a [[&'a str; 6]],
    pub payment: &'a str,
}

/// Pages of blocks.
pub fn ameli(pages: &[&[Block<'_>]]) -> Vec<u8> {
    let mut all = Vec::new();
    for blocks in pages {
        let mut cells: Vec<(f32, f32, String)> = Vec::new();
        let mut put = |x: f32, y: f32, text: &str| cells.push((x, y, text.to_owned()));
        // Not in the order in which they are read.
        put(404.0, 342.0, "montant");
        put(455.5, 342.0, "base du");
        put(539.0, 342.0, "montant");
        put(44.5, 353.0, "dates");
        put(132.5, 353.0, "nature des prestations");
        put(419.0, 353.0, "payé");
        put(445.5, 353.0, "rembours.");
        put(506.0, 353.0, "taux");
        put(551.0, 353.0, "versé");
        put(42.5, 326.5, "vos remboursements de soins");
        let mut y = 379.0;
        for block in *blocks {
            put(132.5, y, &format!("pour {} né(e) le 12/03/1965", block.name));
            put(132.5, y + 12.0, "maladie");
            put(132.5, y + 24.0, &format!("réf  {}", block.reference));
            y += 39.0;
            for row in block.rows {
                let columns = [
                    (42.5, 0.5),
                    (132.5, 0.5),
                    (419.5, 0.0),
                    (469.5, 0.0),
                    (506.3, 0.0),
                    (554.5, 0.0),
                ];
                // Right to left, as some programs do.
                for ((x, down), text) in columns.into_iter().zip(row).rev() {
                    if !text.is_empty() {
                        put(x, y + down, text);
                    }
                }
                y += 14.0;
            }
            if !block.payment.is_empty() {
                put(132.5, y, block.payment);
            }
            y += 20.0;
        }
        all.push(cells);
    }
    let all: Vec<Vec<Cell<'_>>> = all
        .iter()
        .map(|cells| cells.iter().map(|(x, y, text)| (*x, *y, text.as_str())).collect())
        .collect();
    pdf(&all)
}

/// Rows of seven cells; one of a single cell is the insured, one of two a payment or the total.
pub fn harmonie(rows: &[&[&str]]) -> Vec<u8> {
    let mut cells: Vec<Cell<'_>> = vec![
        (204.1, 39.3, "^{ var code_preimp=\"PE\"}"),
        (28.3, 153.6, "Harmonie Mutuelle"),
        (31.3, 386.8, "REMBOURSEMENT DE LA MUTUELLE"),
        (284.9, 402.7, "Rembou"),
        (316.9, 402.7, "rsement"),
        (376.8, 402.7, "Ticket"),
        (435.1, 402.7, "Forfait et/ou"),
        (513.6, 402.7, "Montant"),
        (31.3, 407.9, "Date des soins"),
        (97.4, 407.9, "Nature des prestations"),
        (222.6, 407.9, "Frais engagés"),
        (308.4, 414.9, "RO *"),
        (364.6, 414.9, "modérateur"),
        (430.9, 414.9, "dépassements"),
        (502.9, 414.9, "total mutuelle"),
    ];
    let mut y = 430.0;
    for row in rows {
        let columns: &[f32] = match row.len() {
            1 => &[31.3],
            2 => &[97.4, 529.1],
            _ => &[31.3, 97.4, 261.4, 335.9, 406.7, 474.0, 534.6],
        };
        cells.extend(columns.iter().zip(*row).map(|(x, text)| (*x, y, *text)));
        y += 17.0;
    }
    pdf(&[cells])
}

/// Pages of cells, each by one operator, on a page that is turned over as printing programs do.
pub fn pdf(pages: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let mut document = Document::with_version("1.4");
    let tree = document.new_object_id();
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids = Vec::new();
    for cells in pages {
        let mut operations = vec![operation("cm", &[1.0, 0.0, 0.0, -1.0, 0.0, 842.0])];
        for (x, y, text) in cells {
            let latin: Vec<u8> =
                text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
            let (first, rest) = latin.split_at(latin.len().min(2));
            let [first, rest] = [first, rest].map(|part| Object::string_literal(part.to_vec()));
            operations.extend([
                Operation::new("BT", Vec::new()),
                Operation::new("Tf", vec!["F1".into(), 8.into()]),
                operation("Tm", &[1.0, 0.0, 0.0, -1.0, *x, *y]),
                Operation::new("TJ", vec![Object::Array(vec![first, Object::Real(-0.99), rest])]),
                Operation::new("ET", Vec::new()),
            ]);
        }
        let mut stream = Stream::new(dictionary! {}, Content { operations }.encode().unwrap());
        // Small ones stay as they are: how they would be packed depends on what else is built.
        if stream.content.len() > PACKED_BYTES_MIN {
            stream.compress().unwrap();
        }
        let content = document.add_object(stream);
        let page = dictionary! {
            "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        };
        kids.push(document.add_object(page).into());
    }
    let count = i64::try_from(kids.len()).unwrap();
    let pages = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
    document.objects.insert(tree, Object::Dictionary(pages));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn operation(name: &str, numbers: &[f32]) -> Operation {
    Operation::new(name, numbers.iter().map(|number| Object::Real(*number)).collect())
}
