//! Draws up to ten thousand specks: sets pixels in a copy of the still layer, which is put on the canvas at once.
//!
//! Without a GPU, drawing as many rectangles takes four times as long.

use super::super::dots::{Look, TrafficFrame};
use super::transform::DeviceTransform;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

/// Red, green, blue and opacity.
type Pixel = [u8; 4];

/// The widest speck, in device pixels.
const WIDEST: usize = 16;

/// The pixels of the still layer and of the frame.
#[derive(Debug, Default)]
pub(super) struct SpeckLayer {
    still: Option<Vec<u8>>,
    frame: Vec<u8>,
    colours: [Pixel; Look::ALL.len()],
}

impl SpeckLayer {
    /// Reads the pixels of the colours.
    pub(super) fn read_colours(&mut self, colours: [&str; Look::ALL.len()]) {
        let Some((_, reader)) = reader(1, 1) else { return };
        self.colours = colours.map(|colour| {
            reader.set_fill_style_str(colour);
            reader.fill_rect(0.0, 0.0, 1.0, 1.0);
            let read = reader.get_image_data(0.0, 0.0, 1.0, 1.0);
            read.map(|image| image.data().0)
                .unwrap_or_default()
                .try_into()
                .unwrap_or_default()
        });
    }

    /// To be called when the still layer changed.
    pub(super) fn forget(&mut self) {
        self.still = None;
    }

    /// False if the browser does not let pixels be read.
    pub(super) fn put(
        &mut self,
        to: &CanvasRenderingContext2d,
        canvas: &HtmlCanvasElement,
        traffic: &TrafficFrame,
        (size, transform): (usize, DeviceTransform),
    ) -> bool {
        let (wide, tall) = (canvas.width() as usize, canvas.height() as usize);
        if self.still.as_ref().is_none_or(|still| still.len() != wide * tall * 4) {
            self.still = pixels(canvas);
        }
        let Some(still) = &self.still else {
            return false;
        };
        self.frame.clone_from(still);
        let size = size.clamp(1, WIDEST);
        for (specks, colour) in traffic.specks.iter().zip(self.colours) {
            let row = colour.repeat(size);
            for speck in specks {
                let (x, y) = transform.on_device(speck.at);
                self.set((x, y), &row, size, (wide, tall));
            }
        }
        let image = ImageData::new_with_u8_clamped_array(Clamped(&self.frame), canvas.width());
        image.is_ok_and(|image| to.put_image_data(&image, 0.0, 0.0).is_ok())
    }

    /// Sets a square of pixels; skips one that is not wholly on the canvas.
    fn set(&mut self, (x, y): (f64, f64), row: &[u8], size: usize, (wide, tall): (usize, usize)) {
        let half = f64::from(u8::try_from(size).unwrap_or(u8::MAX)) / 2.0;
        let (left, top) = ((x - half).round(), (y - half).round());
        if left < 0.0 || top < 0.0 {
            return;
        }
        // Not below 0, and a canvas is a few thousand pixels wide.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let (left, top) = (left as usize, top as usize);
        if left + size > wide || top + size > tall {
            return;
        }
        for line in top..top + size {
            let start = (line * wide + left) * 4;
            if let Some(pixels) = self.frame.get_mut(start..start + row.len()) {
                pixels.copy_from_slice(row);
            }
        }
    }
}

fn pixels(canvas: &HtmlCanvasElement) -> Option<Vec<u8>> {
    let (wide, tall) = (canvas.width(), canvas.height());
    let (_, reader) = reader(wide, tall)?;
    reader.draw_image_with_html_canvas_element(canvas, 0.0, 0.0).ok()?;
    let read = reader.get_image_data(0.0, 0.0, f64::from(wide), f64::from(tall)).ok()?;
    Some(read.data().0)
}

/// A canvas made for reading, so that the others can stay on the GPU.
fn reader(wide: u32, tall: u32) -> Option<(HtmlCanvasElement, CanvasRenderingContext2d)> {
    let canvas = web_sys::window()?.document()?.create_element("canvas").ok()?;
    let canvas = canvas.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width(wide);
    canvas.set_height(tall);
    let options = js_sys::Object::new();
    js_sys::Reflect::set(&options, &"willReadFrequently".into(), &true.into()).ok()?;
    let context = canvas.get_context_with_context_options("2d", &options).ok()??;
    Some((canvas, context.dyn_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speck_is_set_whole_or_not_at_all() {
        let mut flow = SpeckLayer {
            frame: vec![0; 4 * 4 * 4],
            ..SpeckLayer::default()
        };
        let row = [9_u8; 8];
        flow.set((1.0, 1.0), &row, 2, (4, 4));
        let lit = |flow: &SpeckLayer| flow.frame.chunks(4).filter(|pixel| pixel[0] == 9).count();
        assert_eq!(lit(&flow), 4);
        for outside in [(-1.0, 1.0), (4.0, 1.0), (1.0, 4.0)] {
            flow.set(outside, &row, 2, (4, 4));
        }
        assert_eq!(lit(&flow), 4, "none reaches over an edge");
    }
}
