//! What a brush draws on.

use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d;

/// Takes lines, boxes and texts as a 2D canvas does, whose words these are.
pub trait Surface {
    fn begin_path(&self);
    fn move_to(&self, x: f64, y: f64);
    fn line_to(&self, x: f64, y: f64);
    fn arc(&self, x: f64, y: f64, radius: f64, from: f64, to: f64);
    fn arc_with_anticlockwise(&self, x: f64, y: f64, radius: f64, from: f64, to: f64, anticlockwise: bool);
    fn arc_to(&self, x1: f64, y1: f64, x2: f64, y2: f64, radius: f64);
    fn close_path(&self);
    fn fill(&self);
    fn stroke(&self);
    fn fill_rect(&self, x: f64, y: f64, w: f64, h: f64);
    fn fill_text(&self, text: &str, x: f64, y: f64);
    fn fill_text_with_max_width(&self, text: &str, x: f64, y: f64, room: f64);
    fn stroke_text(&self, text: &str, x: f64, y: f64);
    /// In the font that is set.
    fn width(&self, text: &str) -> f64;
    fn set_fill_style_str(&self, colour: &str);
    fn set_stroke_style_str(&self, colour: &str);
    fn set_global_alpha(&self, alpha: f64);
    fn set_line_width(&self, width: f64);
    fn set_line_cap(&self, cap: &str);
    fn set_line_join(&self, join: &str);
    fn dash(&self, pattern: &[f64]);
    fn set_font(&self, font: &str);
    fn set_text_align(&self, align: &str);
    fn set_text_baseline(&self, baseline: &str);
    /// From now on a unit is so many pixels, and the origin at a place; recordings keep the map's coordinates.
    fn set_transform(&self, scale: f64, x: f64, y: f64);
}

impl Surface for CanvasRenderingContext2d {
    fn begin_path(&self) {
        self.begin_path();
    }

    fn move_to(&self, x: f64, y: f64) {
        self.move_to(x, y);
    }

    fn line_to(&self, x: f64, y: f64) {
        self.line_to(x, y);
    }

    fn arc(&self, x: f64, y: f64, radius: f64, from: f64, to: f64) {
        let _ = self.arc(x, y, radius, from, to);
    }

    fn arc_with_anticlockwise(&self, x: f64, y: f64, radius: f64, from: f64, to: f64, anticlockwise: bool) {
        let _ = self.arc_with_anticlockwise(x, y, radius, from, to, anticlockwise);
    }

    fn arc_to(&self, x1: f64, y1: f64, x2: f64, y2: f64, radius: f64) {
        let _ = self.arc_to(x1, y1, x2, y2, radius);
    }

    fn close_path(&self) {
        self.close_path();
    }

    fn fill(&self) {
        self.fill();
    }

    fn stroke(&self) {
        self.stroke();
    }

    fn fill_rect(&self, x: f64, y: f64, w: f64, h: f64) {
        self.fill_rect(x, y, w, h);
    }

    fn fill_text(&self, text: &str, x: f64, y: f64) {
        let _ = self.fill_text(text, x, y);
    }

    fn fill_text_with_max_width(&self, text: &str, x: f64, y: f64, room: f64) {
        let _ = self.fill_text_with_max_width(text, x, y, room);
    }

    fn stroke_text(&self, text: &str, x: f64, y: f64) {
        let _ = self.stroke_text(text, x, y);
    }

    fn width(&self, text: &str) -> f64 {
        self.measure_text(text)
            .map(|metrics| metrics.width())
            .unwrap_or_default()
    }

    fn set_fill_style_str(&self, colour: &str) {
        self.set_fill_style_str(colour);
    }

    fn set_stroke_style_str(&self, colour: &str) {
        self.set_stroke_style_str(colour);
    }

    fn set_global_alpha(&self, alpha: f64) {
        self.set_global_alpha(alpha);
    }

    fn set_line_width(&self, width: f64) {
        self.set_line_width(width);
    }

    fn set_line_cap(&self, cap: &str) {
        self.set_line_cap(cap);
    }

    fn set_line_join(&self, join: &str) {
        self.set_line_join(join);
    }

    fn dash(&self, pattern: &[f64]) {
        let array: js_sys::Array = pattern.iter().map(|length| JsValue::from_f64(*length)).collect();
        let _ = self.set_line_dash(&array);
    }

    fn set_font(&self, font: &str) {
        self.set_font(font);
    }

    fn set_text_align(&self, align: &str) {
        self.set_text_align(align);
    }

    fn set_text_baseline(&self, baseline: &str) {
        self.set_text_baseline(baseline);
    }

    fn set_transform(&self, scale: f64, x: f64, y: f64) {
        let _ = self.set_transform(scale, 0.0, 0.0, scale, x, y);
    }
}
