//! Paints a scene: what does not move is drawn once into a layer, what moves on top of it in each frame.

mod brush;
mod map;
mod moving;
mod palette;
pub mod record;
mod sheet;
mod specks;
mod surface;
mod transform;

use super::camera::Camera;
use super::dots::{Look, TrafficFrame};
use super::highlight::Highlight;
use super::scene::{Face, Scene, Size};
use super::shares::Shares;
use super::tag::Tag;
use crate::selection::Selection;
use brush::{Brush, Lettering};
pub use palette::Palette;
use playground::ObjectKey;
pub use sheet::{Sheet, token};
use specks::SpeckLayer;
use std::cell::RefCell;
pub use surface::Surface;
use transform::DeviceTransform;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

/// The request that is pointed at or selected.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    pub number: u64,
    pub service: ObjectKey,
    pub tag: Option<Tag>,
    /// The node and the rule that chose the endpoint, once it is chosen.
    pub rule: Option<Vec<String>>,
}

impl Chosen {
    /// Without words.
    pub fn bare(number: u64, service: &ObjectKey) -> Self {
        Self {
            number,
            service: service.clone(),
            tag: None,
            rule: None,
        }
    }
}

pub struct Painter {
    canvas: HtmlCanvasElement,
    front: CanvasRenderingContext2d,
    still: HtmlCanvasElement,
    back: CanvasRenderingContext2d,
    palette: Palette,
    /// Of both canvases.
    lettering: [Lettering; 2],
    flow: RefCell<SpeckLayer>,
    ratio: f64,
    view: Size,
}

impl Painter {
    /// `None` without a 2D canvas.
    pub fn new(canvas: HtmlCanvasElement) -> Option<Self> {
        let still = web_sys::window()?
            .document()?
            .create_element("canvas")
            .ok()?
            .dyn_into::<HtmlCanvasElement>()
            .ok()?;
        let (front, back) = (context(&canvas)?, context(&still)?);
        let mut painter = Self {
            canvas,
            front,
            still,
            back,
            palette: Palette::default(),
            lettering: Default::default(),
            flow: RefCell::default(),
            ratio: 1.0,
            view: Size::default(),
        };
        painter.read_colours();
        Some(painter)
    }

    /// Reads colours and fonts from the style sheet; to be called when the theme changes.
    pub fn read_colours(&mut self) {
        let style = web_sys::window().and_then(|window| window.get_computed_style(&self.canvas).ok().flatten());
        let token = |name: &str| {
            let value = style.as_ref().and_then(|style| style.get_property_value(name).ok());
            value.map(|value| value.trim().to_owned()).unwrap_or_default()
        };
        self.palette = Palette::read(&token);
        self.lettering = Default::default();
        let colours = Look::ALL.map(|look| self.palette.speck(look));
        self.flow.borrow_mut().read_colours(colours);
    }

    /// The width of a text before scaling.
    pub fn width(&self, text: &str, face: Face) -> f64 {
        let [_, back] = &self.lettering;
        back.set(self.palette.font(face, 1.0), &self.back);
        back.width(text, &self.back)
    }

    pub fn resize(&mut self, view: Size, ratio: f64) {
        (self.ratio, self.view) = (ratio, view);
        set_size(&self.canvas, view, ratio);
        set_size(&self.still, view, ratio);
        // A canvas of another size has forgotten its font.
        self.lettering.iter().for_each(Lettering::unset);
        let style = self.canvas.style();
        let _ = style.set_property("width", &format!("{}px", view.w));
        let _ = style.set_property("height", &format!("{}px", view.h));
    }

    /// Draws the still layer.
    pub fn draw_still(&self, scene: &Scene, lit: &Highlight, selected: Option<&Selection>, camera: Camera) {
        self.clear(&self.back, &self.still, camera);
        let brush = self.brush(true, scene);
        brush.still(scene, lit, selected, (camera, self.view));
        self.flow.borrow_mut().forget();
    }

    pub fn draw_frame(
        &self,
        scene: &Scene,
        traffic: &TrafficFrame,
        shares: &Shares,
        camera: Camera,
        chosen: Option<&Chosen>,
    ) {
        let to = &self.front;
        let aim = self.transform(camera);
        let brush = self.brush(false, scene);
        let specks: usize = traffic.specks.iter().map(Vec::len).sum();
        let size = brush.speck_size(specks, aim);
        let is_put = specks > 0 && self.flow.borrow_mut().put(to, &self.still, traffic, (size, aim));
        if !is_put {
            let _ = to.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
            let (wide, tall) = (f64::from(self.canvas.width()), f64::from(self.canvas.height()));
            to.clear_rect(0.0, 0.0, wide, tall);
            let _ = to.draw_image_with_html_canvas_element(&self.still, 0.0, 0.0);
            brush.specks(traffic, size, aim);
        }
        aim.apply(to);
        brush.moving(scene, traffic, shares);
        if let Some(chosen) = chosen {
            brush.chosen(scene, traffic, chosen);
        }
    }

    /// Clears a canvas for drawing in the map's coordinates.
    fn clear(&self, to: &CanvasRenderingContext2d, canvas: &HtmlCanvasElement, camera: Camera) {
        let _ = to.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
        to.clear_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
        self.transform(camera).apply(to);
    }

    fn transform(&self, camera: Camera) -> DeviceTransform {
        DeviceTransform {
            scale: self.ratio * camera.zoom,
            at: camera.at,
        }
    }

    /// For the front canvas, or the one of the still layer.
    fn brush(&self, is_still: bool, scene: &Scene) -> Brush<'_> {
        let [front, back] = &self.lettering;
        let (to, lettering) = if is_still {
            (&self.back, back)
        } else {
            (&self.front, front)
        };
        Brush {
            to,
            palette: &self.palette,
            scale: scene.scale,
            lettering,
        }
    }
}

impl Brush<'_> {
    /// What does not move.
    fn still(&self, scene: &Scene, lit: &Highlight, selected: Option<&Selection>, (camera, view): (Camera, Size)) {
        self.districts(scene, lit);
        self.wires(scene, lit);
        self.halos(scene, lit);
        self.headings(scene);
        self.stations(scene);
        self.barriers(scene, lit);
        self.grain_names(scene, camera, view);
        self.interchanges(scene);
        self.asides(scene);
        if let Some(selected) = selected {
            self.selection(scene, selected);
        }
        for note in &scene.notes {
            self.label(note);
        }
    }

    /// What moves, but for specks.
    fn moving(&self, scene: &Scene, traffic: &TrafficFrame, shares: &Shares) {
        self.bars(scene, shares);
        self.traffic(scene, traffic);
    }
}

/// What a picture shows.
#[derive(Clone, Copy)]
pub struct Sight<'a> {
    pub scene: &'a Scene,
    pub lit: &'a Highlight,
    pub selected: Option<&'a Selection>,
    pub traffic: &'a TrafficFrame,
    pub shares: &'a Shares,
}

impl Sight<'_> {
    /// Paints what stands still, then what moves; the size of the scene is that of the picture.
    pub fn paint(&self, to: &dyn Surface, palette: &Palette, layers: &[Layer]) {
        let lettering = Lettering::default();
        let brush = Brush {
            to,
            palette,
            scale: self.scene.scale,
            lettering: &lettering,
        };
        for layer in layers {
            match layer {
                Layer::Still => {
                    brush.still(
                        self.scene,
                        self.lit,
                        self.selected,
                        (Camera::default(), self.scene.size),
                    );
                    brush.bars(self.scene, self.shares);
                }
                Layer::Moving => {
                    brush.squares(self.traffic);
                    brush.traffic(self.scene, self.traffic);
                }
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    Still,
    Moving,
}

fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Sets the size only if it changed, as setting it clears the canvas.
fn set_size(canvas: &HtmlCanvasElement, size: Size, ratio: f64) {
    // At most a few thousand.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let pixels = |length: f64| (length * ratio).round().clamp(1.0, 16_384.0) as u32;
    let (wide, tall) = (pixels(size.w), pixels(size.h));
    if canvas.width() != wide {
        canvas.set_width(wide);
    }
    if canvas.height() != tall {
        canvas.set_height(tall);
    }
}
