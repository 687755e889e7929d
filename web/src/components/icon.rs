//! One set of icons, drawn with the stroke weight of the text.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Down,
    Embed,
    Link,
    Moon,
    Sun,
    Play,
    Pause,
    Back,
    Step,
    Close,
    Undo,
    Plus,
    Minus,
    Fit,
    Out,
    Help,
    Copy,
    CopyLines,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Down => "M6 9.5l6 6 6-6",
            Self::Embed => "M8.5 7l-5 5 5 5M15.500 7l5 5-5 5",
            Self::Link => {
                "M10 14a4.200 4.200 0 0 0 6 0l3-3a4.200 4.200 0 0 0-6-6l-1 1M14 10a4.200 4.200 0 0 0-6 0l-3 3a4.200 4.200 0 0 0 6 6l1-1"
            }
            Self::Moon => "M20 14.200A8 8 0 1 1 9.800 4a6.300 6.300 0 0 0 10.200 10.200z",
            Self::Sun => {
                "M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM12 2.500v2M12 19.500v2M2.500 12h2M19.500 12h2M5.300 5.300l1.400 1.400M17.300 17.300l1.400 1.400M18.700 5.300l-1.400 1.400M6.700 17.300l-1.400 1.400"
            }
            Self::Play => "M8.500 5.500v13l10-6.500z",
            Self::Pause => "M9 6.500v11M15 6.500v11",
            Self::Back => "M15.500 6.500v11l-8-5.500zM19 6.500v11",
            Self::Step => "M8.500 6.500v11l8-5.500zM5 6.500v11",
            Self::Close => "M6.500 6.500l11 11M17.500 6.500l-11 11",
            Self::Undo => "M8.500 5l-4 4 4 4M5 9h8.500a5 5 0 0 1 0 10H9",
            Self::Plus => "M12 5.500v13M5.500 12h13",
            Self::Minus => "M5.500 12h13",
            Self::Fit => "M4.500 9V4.500H9M15 4.500h4.500V9M19.500 15v4.500H15M9 19.500H4.500V15",
            Self::Out => "M14 5h5v5M19 5l-8 8M17 14v4.500H5.500V7H10",
            Self::Copy => "M9 8.500h10.500V19H9zM6 15.500H4.500V5H15v1.500",
            Self::CopyLines => "M9 8.500h10.500V19H9zM6 15.500H4.500V5H15v1.500M11.500 12h5.500M11.500 15.500h3.500",
            Self::Help => "M9.200 9.200a2.900 2.900 0 1 1 4.300 2.600c-1 .600-1.500 1.200-1.500 2.400M12 17.600h.01",
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct Props {
    pub of: Glyph,
}

/// Hidden from screen readers: its control has a label.
#[component]
pub fn Icon(props: &Props) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d={props.of.path()} /></svg>
    }
}
