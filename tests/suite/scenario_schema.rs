//! The published JSON Schema of scenario documents is what their types say.

use expect_test::expect_file;
use playground::Lesson;

#[test]
fn the_published_schema_is_that_of_the_types() {
    let schema = schemars::schema_for!(Lesson);
    let printed = serde_json::to_string_pretty(&schema).unwrap_or_default();
    expect_file!["../../docs/scenario.schema.json"].assert_eq(&(printed + "\n"));
}
