//! Texts that are not YAML or JSON.

use super::help;
use yaml::SyntaxRule;

help! { SyntaxRule:
    CharacterUnexpected {
        "A tab or a special character stands where a value begins. YAML is indented with spaces only, and such text needs quotes.",
        example: Text("a:\n\tb: c\n")
    }
    TabIndentation {
        "The indentation holds a tab: YAML is indented with spaces only.",
        example: Text("a: |\n\tb\n")
    }
    SecondColon {
        "This line has a second colon, or is indented deeper than the line it continues: put quotes around text with a colon in it, or indent the line as its neighbours.",
        example: Text("a: b: c\n")
    }
    ItemUnexpected {
        "An item of a list cannot begin here: put its dash on a line of its own.",
        example: Text("a: - b\n")
    }
    KeyUnexpected {
        "A question mark and a space begin a key, which cannot stand here: put quotes around the text.",
        example: Text("a: ? b\n")
    }
    KeyExpected {
        "A line here is indented otherwise than its neighbours, or lacks its colon and space.",
        example: Text("a: b\n- c\n")
    }
    DashExpected {
        "This line is among the items of a list but is not one: begin it with a dash, or indent it as the lines of its item.",
        example: Text("- a\nb: c\n")
    }
    BracketExpected {
        "A list in brackets needs a comma between its items and ] at its end.",
        example: Text("a: [b\nc: d\n")
    }
    BraceExpected {
        "A map in braces needs a comma between its pairs and } at its end.",
        example: Text("a: {b: c\nd: e\n")
    }
    ValueExpected {
        "A value is missing here: is there a comma or a bracket too many?",
        example: Text("a: [b, , c]\n")
    }
    DocumentExpected {
        "After a line that begins with % a document begins with ---: add that line, or put quotes around the text.",
        example: Text("%YAML 1.1\na: b\n")
    }
    NameExpected {
        "A name must follow & and *: text that begins with one of them needs quotes.",
        example: Text("a: *\n")
    }
    BlockTextExpected {
        "Only a comment may follow | or > on its line: the text begins on the next line.",
        example: Text("a: | b\n")
    }
    ColonExpected {
        "A key has no colon and space after it: write key: value.",
        example: Text("a: b\n  c\n d\ne\n")
    }
    QuoteOverDocuments {
        "A quote is still open where a line of --- or ... ends the document: close it before.",
        example: Text("a: 'b\n...\nc'\n")
    }
    QuoteOpen {
        "A quote is opened and never closed.",
        example: Text("a: \"b\n")
    }
    EscapeUnknown {
        "A backslash between double quotes begins an escape: write two of them, or use single quotes.",
        example: Text("a: \"\\q\"\n")
    }
    EscapeDigits {
        "\\x, \\u and \\U need two, four and eight hexadecimal digits: for a plain backslash use single quotes.",
        example: Text("a: \"\\xzz\"\n")
    }
    AnchorUnknown {
        "An alias, which begins with *, repeats what an anchor with & names above: text that begins with * needs quotes.",
        example: Text("a: *b\n")
    }
    AnchorCircular {
        "An alias stands within the value that it repeats: write the value out.",
        example: Text("a: &a\n  b: *a\n")
    }
    AliasesTooMany {
        "Aliases make this document far larger than it is written: write the values out.",
        example: Text(ALIASES)
    }
    TagHandleUnknown {
        "Text that begins with ! is a tag in YAML: put quotes around it.",
        example: Text("a: !b!c d\n")
    }
    TagMismatch {
        "The tag before this value asks for another type than the value has: leave the tag out.",
        example: Text("a: !!int b\n")
    }
    IndentationZero {
        "A number after | or > says how far the text is indented: leave it out, or write 1 to 9.",
        example: Text("a: |0\n  b\n")
    }
    Directive {
        "A line that begins with % is a directive of YAML: put quotes around such text.",
        example: Text("%a\n")
    }
    ControlCharacter {
        "There is an invisible character here: delete it.",
        example: Text("a: \u{1}\n")
    }
    TooDeep {
        "Lists and maps are nested deeper than kubectl reads them: take some levels out.",
        example: Text(NESTED)
    }
    KeyNotText {
        "A key is a list or a map, as a template's {{ … }} is: put quotes around it.",
        example: Text("a: {{ .b }}\n")
    }
    KeyUnsupported {
        "A key must be text: put quotes around one that is empty, null or a very large number.",
        example: Text("~: a\n")
    }
    NumberUnsupported {
        "JSON, which kubectl sends, has no such number: put quotes around it if it is text.",
        example: Text("a: .inf\n")
    }
    MergeNotMap {
        "<< takes an alias of a map, or a list of such aliases.",
        example: Text("<<: a\n")
    }
    Separator {
        "A line that begins with --- separates documents and holds nothing else: put the rest on the next line.",
        example: Text("--- a\n")
    }
    JsonCharacter {
        "A document that begins with a brace is read as JSON: keys and text in double quotes, commas between, none after the last.",
        example: Text("{\"a\": \"b\" \"c\"}\n")
    }
    JsonOpen {
        "A brace, a bracket or a quote is opened and never closed.",
        example: Text("{\"a\": [\"b\"")
    }
}

/// Each anchor repeats the one before it ten times.
#[cfg(test)]
const ALIASES: &str = "a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
f: [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]
";

#[cfg(test)]
const NESTED: &str = "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]\n";
