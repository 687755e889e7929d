//! What YAML and JSON cannot be read.

use super::Sentence;

pub(super) const SENTENCES: &[Sentence] = &[
    (
        &["cannot start any token"],
        "A tab or a special character stands where a value begins. YAML is indented with blanks only, and such text needs quotes.",
    ),
    (
        &["found a tab character"],
        "A tab stands in the indentation: YAML is indented with blanks only.",
    ),
    (
        &["mapping values are not allowed"],
        "A second colon stands on this line, or the line is indented deeper than the one it continues: put quotes around text with a colon in it, or indent the line as its neighbours.",
    ),
    (
        &["block sequence entries are not allowed"],
        "An item of a list cannot begin here: put its dash on a line of its own.",
    ),
    (
        &["mapping keys are not allowed"],
        "A question mark and a blank begin a key, and none can stand here: put quotes around the text.",
    ),
    (
        &["did not find expected key"],
        "A line here is indented otherwise than its neighbours, or lacks its colon and blank.",
    ),
    (
        &["did not find expected '-' indicator"],
        "This line stands among the items of a list and is none: begin it with a dash, or indent it as the lines of its item.",
    ),
    (
        &["did not find expected ',' or ']'"],
        "A list in brackets needs a comma between its items and ] at its end.",
    ),
    (
        &["did not find expected ',' or '}'"],
        "A map in braces needs a comma between its pairs and } at its end.",
    ),
    (
        &["did not find expected node content"],
        "A value is wanted here: is there a comma or a bracket too many?",
    ),
    (
        &["did not find expected <document start>"],
        "A document behind a line that begins with % begins with ---: put that between, or quotes around the text.",
    ),
    (
        &["did not find expected alphabetic or numeric character"],
        "Behind & and * a name is wanted: text that begins with one of them needs quotes.",
    ),
    (
        &["did not find expected comment or line break"],
        "Nothing but a comment may stand behind | or >: the text begins on the next line.",
    ),
    (
        &["could not find expected ':'"],
        "A key has no colon and blank behind it: write key: value.",
    ),
    (
        &["found unexpected document indicator"],
        "A quote is still open where --- begins the next document: close it before.",
    ),
    (&["unexpected end of stream"], "A quote is opened and never closed."),
    (
        &["found unknown escape character"],
        "A backslash between double quotes begins an escape: write two of them, or use single quotes.",
    ),
    (
        &["hexdecimal number"],
        "Behind \\x, \\u and \\U stand two, four and eight hexadecimal digits: for a plain backslash use single quotes.",
    ),
    (
        &["unknown anchor"],
        "An alias, which begins with *, repeats what an anchor with & has named before: text that begins with * needs quotes.",
    ),
    (
        &["value contains itself"],
        "An alias stands within the value it repeats: write the value out.",
    ),
    (
        &["excessive aliasing"],
        "Aliases make far more of this document than stands in it: write the values out.",
    ),
    (
        &["undefined tag handle"],
        "Text that begins with ! is a tag in YAML: put quotes around it.",
    ),
    (
        &["indentation indicator equal to 0"],
        "A number behind | or > says how far the text is indented: leave it out, or write 1 to 9.",
    ),
    (
        &["directive"],
        "A line that begins with % is a directive of YAML: put quotes around such text.",
    ),
    (
        &["control characters are not allowed"],
        "A character that cannot be seen stands here: delete it.",
    ),
    (
        &["exceeded max depth"],
        "Lists and maps are nested deeper than kubectl reads them: take some levels out.",
    ),
    (
        &["invalid map key"],
        "A list or a map stands where a key is wanted, as a template's {{ … }} does: put quotes around it.",
    ),
    (
        &["unsupported map key"],
        "A key has to be text: put quotes around one that is empty, null or a very large number.",
    ),
    (
        &["json: unsupported value"],
        "JSON, which kubectl sends, has no such number: put quotes around it if it is text.",
    ),
    (
        &["map merge requires"],
        "Behind << stands an alias of a map, or a list of such.",
    ),
    (
        &["cannot decode !!"],
        "The tag before this value asks for a type the value has not: leave the tag out.",
    ),
    (
        &["invalid Yaml document separator"],
        "A line that begins with --- separates documents and holds nothing else: put what follows on the next line.",
    ),
    (
        &["invalid character"],
        "What begins with a brace is read as JSON here: keys and text in double quotes, commas between, none behind the last.",
    ),
    (
        &["unexpected EOF"],
        "A brace, a bracket or a quote is opened and never closed.",
    ),
];
