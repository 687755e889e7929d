//! The page's fonts, as outlines of letters.

use anyhow::{Context, Result, bail};
use playground_web::stage::picture::{Face, Point};
use std::fs;
use std::path::Path;
use tiny_skia::PathBuilder;
use ttf_parser::{Face as Outlines, OutlineBuilder};

/// Maps have it, the fonts do not: browsers take another font's.
const ARROW: char = '→';

/// Regular, semibold, bold, mono.
pub struct Fonts([Vec<u8>; 4]);

impl Fonts {
    pub fn read(root: &Path) -> Result<Self> {
        let read = |family: &str, weight: u16| {
            let path = root
                .join("node_modules/@fontsource")
                .join(format!("atkinson-hyperlegible-{family}"))
                .join(format!(
                    "files/atkinson-hyperlegible-{family}-latin-{weight}-normal.woff"
                ));
            let file = fs::read(&path)
                .with_context(|| format!("cannot read {}; `cargo xtask setup` installs it", path.display()))?;
            unpacked(&file).with_context(|| format!("{} is no font", path.display()))
        };
        Ok(Self([
            read("next", 400)?,
            read("next", 600)?,
            read("next", 700)?,
            read("mono", 400)?,
        ]))
    }

    fn outlines(&self, face: Face) -> Option<Outlines<'_>> {
        let [regular, semibold, bold, mono] = &self.0;
        let file = match face {
            Face::Note => regular,
            Face::Name => semibold,
            Face::Title => bold,
            Face::Address => mono,
        };
        Outlines::parse(file, 0).ok()
    }

    /// Whether each of the fonts has a letter.
    #[cfg(test)]
    pub fn has(&self, letter: char) -> bool {
        let all = self.0.iter().map(|file| Outlines::parse(file, 0));
        all.into_iter()
            .all(|outlines| outlines.is_ok_and(|it| letter == ARROW || it.glyph_index(letter).is_some()))
    }

    /// The width of a text, in pixels of that size.
    pub fn width(&self, text: &str, face: Face, size: f64) -> f64 {
        let Some(outlines) = self.outlines(face) else {
            return 0.0;
        };
        let scale = size / f64::from(outlines.units_per_em());
        text.chars().map(|letter| advance(&outlines, letter) * scale).sum()
    }

    /// The outline of a text whose base line begins at a point.
    pub fn outline(&self, text: &str, face: Face, size: f64, at: Point) -> Option<tiny_skia::Path> {
        let outlines = self.outlines(face)?;
        let scale = size / f64::from(outlines.units_per_em());
        let mut pen = Pen {
            path: PathBuilder::new(),
            at,
            scale,
        };
        for letter in text.chars() {
            match outlines.glyph_index(letter) {
                Some(glyph) => drop(outlines.outline_glyph(glyph, &mut pen)),
                None if letter == ARROW => arrow(&mut pen, f32::from(outlines.units_per_em())),
                None => {}
            }
            pen.at.x += advance(&outlines, letter) * scale;
        }
        pen.path.finish()
    }
}

/// An arrow to the right, in the room of half an em.
fn arrow(pen: &mut Pen, em: f32) {
    let (middle, thick, wide) = (0.33, 0.034, 0.15);
    let (tail, head, tip) = (0.0, 0.26, 0.5);
    let points = [
        (tail, middle - thick),
        (head, middle - thick),
        (head, middle - wide),
        (tip, middle),
        (head, middle + wide),
        (head, middle + thick),
        (tail, middle + thick),
    ];
    let mut points = points.into_iter().map(|(x, y)| (x * em, y * em));
    if let Some((x, y)) = points.next() {
        pen.move_to(x, y);
    }
    for (x, y) in points {
        pen.line_to(x, y);
    }
    pen.close();
}

/// Half an em for a letter that the font does not have.
fn advance(outlines: &Outlines<'_>, letter: char) -> f64 {
    let known = outlines
        .glyph_index(letter)
        .and_then(|glyph| outlines.glyph_hor_advance(glyph));
    known.map_or_else(|| f64::from(outlines.units_per_em()) / 2.0, f64::from)
}

struct Pen {
    path: PathBuilder,
    at: Point,
    scale: f64,
}

impl Pen {
    /// Fonts count upwards.
    #[expect(clippy::cast_possible_truncation, reason = "pixels of a picture")]
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        let x = self.at.x + f64::from(x) * self.scale;
        let y = self.at.y - f64::from(y) * self.scale;
        (x as f32, y as f32)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.place(x, y);
        self.path.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.place(x1, y1), self.place(x, y));
        self.path.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.place(x1, y1), self.place(x2, y2), self.place(x, y));
        self.path.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.path.close();
    }
}

/// The font inside a WOFF file: tables, each compressed by itself.
fn unpacked(woff: &[u8]) -> Result<Vec<u8>> {
    let number = |at: usize| -> Result<u32> {
        let bytes = woff.get(at..at + 4).context("it ends early")?;
        Ok(u32::from_be_bytes(bytes.try_into()?))
    };
    if number(0)? != u32::from_be_bytes(*b"wOFF") {
        bail!("it does not begin as WOFF does");
    }
    let count = usize::from(u16::from_be_bytes(
        woff.get(12..14).context("it ends early")?.try_into()?,
    ));
    let mut head = number(4)?.to_be_bytes().to_vec();
    head.extend(u16::try_from(count)?.to_be_bytes());
    // How to search the tables by halves, which no reader of today relies on.
    head.extend([0; 6]);
    let mut tables: Vec<u8> = Vec::new();
    for table in 0..count {
        let entry = 44 + 20 * table;
        let (offset, packed, whole) = (number(entry + 4)?, number(entry + 8)?, number(entry + 12)?);
        let (offset, packed) = (usize::try_from(offset)?, usize::try_from(packed)?);
        let bytes = woff.get(offset..offset + packed).context("a table ends early")?;
        let begins = 12 + 16 * count + tables.len();
        for field in [number(entry)?, number(entry + 16)?, u32::try_from(begins)?, whole] {
            head.extend(field.to_be_bytes());
        }
        if packed == usize::try_from(whole)? {
            tables.extend(bytes);
        } else {
            let table = miniz_oxide::inflate::decompress_to_vec_zlib(bytes);
            tables.extend(table.map_err(|error| anyhow::anyhow!("a table cannot be unpacked: {error}"))?);
        }
        tables.resize(tables.len().next_multiple_of(4), 0);
    }
    head.extend(tables);
    Ok(head)
}
