macro_rules! rules {
    ($($name:ident = $code:literal,)*) => {
        /// Identity of a syntax error.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum SyntaxRule {
            $(#[doc = $code] $name,)*
        }

        impl SyntaxRule {
            /// All rules, in the order of their declaration.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// A stable name in kebab case, for programs.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

rules! {
    Other = "syntax",
    CharacterUnexpected = "character-unexpected",
    TabIndentation = "tab-indentation",
    SecondColon = "second-colon",
    ItemUnexpected = "item-unexpected",
    KeyUnexpected = "key-unexpected",
    KeyExpected = "key-expected",
    DashExpected = "dash-expected",
    BracketExpected = "bracket-expected",
    BraceExpected = "brace-expected",
    ValueExpected = "value-expected",
    DocumentExpected = "document-expected",
    NameExpected = "name-expected",
    BlockTextExpected = "block-text-expected",
    ColonExpected = "colon-expected",
    QuoteOverDocuments = "quote-over-documents",
    QuoteOpen = "quote-open",
    EscapeUnknown = "escape-unknown",
    EscapeDigits = "escape-digits",
    AnchorUnknown = "anchor-unknown",
    AnchorCircular = "anchor-circular",
    AliasesTooMany = "aliases-too-many",
    TagHandleUnknown = "tag-handle-unknown",
    TagMismatch = "tag-mismatch",
    IndentationZero = "indentation-zero",
    Directive = "directive",
    ControlCharacter = "control-character",
    TooDeep = "too-deep",
    KeyNotText = "key-not-text",
    KeyUnsupported = "key-unsupported",
    NumberUnsupported = "number-unsupported",
    MergeNotMap = "merge-not-map",
    Separator = "separator",
    JsonCharacter = "json-character",
    JsonOpen = "json-open",
}

/// A message of the parser, with the rule that it states.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub rule: SyntaxRule,
    pub text: String,
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        (SyntaxRule::Other, text).into()
    }
}

impl From<(SyntaxRule, &str)> for Words {
    fn from((rule, text): (SyntaxRule, &str)) -> Self {
        (rule, text.to_owned()).into()
    }
}

impl From<(SyntaxRule, String)> for Words {
    fn from((rule, text): (SyntaxRule, String)) -> Self {
        Self { rule, text }
    }
}
