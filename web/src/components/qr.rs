//! A link as a QR code.

use crate::say;
use qrcodegen::{QrCode as Code, QrCodeEcc};
use std::fmt::Write;
use yew::prelude::*;

/// The margin that scanners need, in modules.
const QUIET: i32 = 4;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub of: AttrValue,
}

#[component]
pub fn QrCode(props: &Props) -> Html {
    let Some((size, path)) = drawn(&props.of) else {
        return Html::default();
    };
    let side = size + 2 * QUIET;
    html! {
        <svg class="qr" viewBox={format!("{} {} {side} {side}", -QUIET, -QUIET)} role="img" aria-label={say::qr_label()} shape-rendering="crispEdges">
            <path d={path} />
        </svg>
    }
}

/// How many modules a side has, and the outline of the dark ones, row by row.
fn drawn(text: &str) -> Option<(i32, String)> {
    let code = Code::encode_text(text, QrCodeEcc::Low).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let from = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > from {
                let _ = write!(path, "M{from} {y}h{}v1H{from}z", x - from);
            }
            x += 1;
        }
    }
    Some((size, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_becomes_a_square_of_modules() {
        let drawn = drawn("https://host.example/#v1.D1.AAAA");
        // The finder of the upper left corner: seven dark modules.
        assert!(drawn.is_some_and(|(size, path)| size == 25 && path.starts_with("M0 0h7v1H0z")));
    }
}
