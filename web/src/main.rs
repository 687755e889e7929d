//! The playground in the browser.

fn main() {
    playground_web::start();
}
