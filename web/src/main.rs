//! The playground in the browser.

use heap as _;

fn main() {
    playground_web::start();
}
