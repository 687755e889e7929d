//! A canvas beside the page, on which pictures are measured and painted.

use super::super::scene::{Face, Size};
use super::palette::Palette;
use super::surface::Surface;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// How many pixels a picture has for one of the map's.
const RATIO: f64 = 2.0;
/// The longest side of a picture, in pixels.
const LONGEST: f64 = 8_192.0;

pub struct Sheet {
    canvas: HtmlCanvasElement,
    to: CanvasRenderingContext2d,
}

impl Sheet {
    /// `None` without a 2D canvas.
    pub fn new() -> Option<Self> {
        let canvas = web_sys::window()?.document()?.create_element("canvas").ok()?;
        let canvas = canvas.dyn_into::<HtmlCanvasElement>().ok()?;
        let to = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        Some(Self { canvas, to })
    }

    /// The width of a text before scaling.
    pub fn width(&self, text: &str, face: Face, palette: &Palette) -> f64 {
        self.to.set_font(&palette.font(face, 1.0));
        self.to.width(text)
    }

    /// What `paint` paints as PNG, in a `data:` address.
    pub fn png(&self, size: Size, ground: &str, paint: impl FnOnce(&dyn Surface)) -> Option<String> {
        let scale = RATIO.min(LONGEST / size.w.max(size.h).max(1.0));
        // At most a few thousand.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let pixels = |length: f64| (length * scale).round().max(1.0) as u32;
        self.canvas.set_width(pixels(size.w));
        self.canvas.set_height(pixels(size.h));
        let to: &dyn Surface = &self.to;
        to.set_transform(scale, 0.0, 0.0);
        to.set_fill_style_str(ground);
        to.fill_rect(0.0, 0.0, size.w, size.h);
        paint(to);
        self.canvas.to_data_url_with_type("image/png").ok()
    }
}

/// The value of a custom property of the page, in the theme that is shown.
pub fn token(name: &str) -> String {
    let value = || {
        let window = web_sys::window()?;
        let root = window.document()?.document_element()?;
        let style = window.get_computed_style(&root).ok()??;
        style.get_property_value(name).ok()
    };
    value().map(|value| value.trim().to_owned()).unwrap_or_default()
}
