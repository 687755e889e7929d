//! Words and operators of a script; a word keeps what is to be expanded in it.

/// A piece of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    Operator(&'static str),
    LineEnd,
}

/// A word before its expansion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Word(pub(super) Vec<Piece>);

/// A part of a word; what is not quoted falls apart at blanks when it is expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text {
        text: String,
        quoted: bool,
    },
    /// `$NAME`, or `${NAME:-otherwise}`.
    Variable {
        name: String,
        otherwise: Option<String>,
        quoted: bool,
    },
    /// `$(script)`.
    Output {
        script: String,
        quoted: bool,
    },
    /// `$((sum))`.
    Sum {
        text: String,
        quoted: bool,
    },
}

/// Why a script cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SyntaxError {
    /// It goes on: a quote, a loop or a condition is open.
    Unfinished,
    /// Something stands where nothing of its kind can.
    Unexpected(String),
    /// What a shell has and this one has not.
    NotHere(&'static str),
}

/// Of operators with the same beginning the longest comes first.
const OPERATORS: [&str; 15] = [
    "&&", "||", ";;", "<<<", "<<", ">>", ">&", "&>", "|", ";", "&", "<", ">", "(", ")",
];

struct Reader<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    /// The here-documents that begin below the line.
    awaited: Vec<Mark>,
}

/// The word that ends a here-document.
struct Mark {
    /// The place of the token that the document becomes.
    place: usize,
    word: String,
    /// `<<-`: tabs before each line are left out.
    indented: bool,
    /// Whether the word is quoted, so that nothing in the document is expanded.
    literal: bool,
}

/// The tokens of a script, each with the byte behind it.
pub(super) fn tokens(script: &str) -> Result<Vec<(Token, usize)>, SyntaxError> {
    let mut reader = Reader::of(script);
    let mut ends = Vec::new();
    while let Some(c) = reader.rest.chars().next() {
        ends.resize(reader.tokens.len(), script.len() - reader.rest.len());
        if c == '\n' {
            reader.tokens.push(Token::LineEnd);
            reader.skip(1);
            reader.documents()?;
        } else if c.is_whitespace() {
            reader.skip(c.len_utf8());
        } else if reader.rest.starts_with("\\\n") {
            reader.skip(2);
        } else if c == '#' {
            let end = reader.rest.find('\n').unwrap_or(reader.rest.len());
            reader.skip(end);
        } else if let Some(operator) = OPERATORS.into_iter().find(|it| reader.rest.starts_with(it)) {
            reader.tokens.push(Token::Operator(operator));
            reader.skip(operator.len());
            if operator == "<<" {
                reader.announce()?;
            }
        } else {
            reader.word()?;
        }
    }
    if !reader.awaited.is_empty() {
        return Err(SyntaxError::Unfinished);
    }
    ends.resize(reader.tokens.len(), script.len());
    Ok(reader.tokens.into_iter().zip(ends).collect())
}

impl<'a> Reader<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            rest: text,
            tokens: Vec::new(),
            awaited: Vec::new(),
        }
    }

    /// The word behind `<<`.
    fn announce(&mut self) -> Result<(), SyntaxError> {
        let indented = self.rest.starts_with('-');
        self.skip(usize::from(indented));
        self.rest = self.rest.trim_start_matches([' ', '\t']);
        let place = self.tokens.len();
        self.word()?;
        let Some(Token::Word(word)) = self.tokens.get_mut(place) else {
            return Ok(());
        };
        let pieces = std::mem::take(&mut word.0);
        let (mut text, mut literal) = (String::new(), false);
        for piece in pieces {
            if let Piece::Text { text: part, quoted } = piece {
                text.push_str(&part);
                literal |= quoted;
            }
        }
        self.awaited.push(Mark {
            place,
            word: text,
            indented,
            literal,
        });
        Ok(())
    }

    /// Reads the here-documents that a line announced.
    fn documents(&mut self) -> Result<(), SyntaxError> {
        for mark in std::mem::take(&mut self.awaited) {
            let mut document = String::new();
            loop {
                if self.rest.is_empty() {
                    return Err(SyntaxError::Unfinished);
                }
                let (line, rest) = self.rest.split_once('\n').unwrap_or((self.rest, ""));
                self.rest = rest;
                let line = if mark.indented {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                if line == mark.word {
                    break;
                }
                document.extend([line, "\n"]);
            }
            let mut word = Word::default();
            if mark.literal {
                word.add(&document, true);
            } else {
                Reader::of(&document).quoted(&mut word, None)?;
            }
            if let Some(token) = self.tokens.get_mut(mark.place) {
                *token = Token::Word(word);
            }
        }
        Ok(())
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    fn take(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.skip(c.len_utf8());
        Some(c)
    }

    /// The text up to an end, which is skipped.
    fn up_to(&mut self, end: &str) -> Result<&'a str, SyntaxError> {
        let (text, rest) = self.rest.split_once(end).ok_or(SyntaxError::Unfinished)?;
        self.rest = rest;
        Ok(text)
    }

    fn word(&mut self) -> Result<(), SyntaxError> {
        let mut word = Word::default();
        while let Some(c) = self.rest.chars().next() {
            if c.is_whitespace() || OPERATORS.iter().any(|it| self.rest.starts_with(it)) {
                break;
            }
            match c {
                '\'' => {
                    self.skip(1);
                    let text = self.up_to("'")?;
                    word.add(text, true);
                }
                '"' => {
                    self.skip(1);
                    self.quoted(&mut word, Some('"'))?;
                }
                '\\' => {
                    self.skip(1);
                    match self.take() {
                        Some('\n') => {}
                        Some(c) => word.add(c.encode_utf8(&mut [0; 4]), true),
                        None => return Err(SyntaxError::Unfinished),
                    }
                }
                '$' | '`' => self.expansion(&mut word, false)?,
                c => {
                    self.skip(c.len_utf8());
                    word.add(c.encode_utf8(&mut [0; 4]), false);
                }
            }
        }
        // A number right in front of `>` says which stream is meant.
        let stream = word.plain().filter(|text| matches!(text.as_str(), "1" | "2"));
        if let (Some(stream), Some('>')) = (stream, self.rest.chars().next()) {
            for operator in ["2>>", "2>&", "2>", "1>>", "1>&", "1>"] {
                if operator.starts_with(&stream) && self.rest.starts_with(operator.get(1..).unwrap_or_default()) {
                    self.tokens.push(Token::Operator(operator));
                    self.skip(operator.len() - 1);
                    return Ok(());
                }
            }
        }
        self.tokens.push(Token::Word(word));
        Ok(())
    }

    /// What stands in double quotes up to the closing one, or all of a here-document, where quotes are letters.
    fn quoted(&mut self, word: &mut Word, end: Option<char>) -> Result<(), SyntaxError> {
        word.add("", true);
        loop {
            let Some(c) = self.rest.chars().next() else {
                return if end.is_none() {
                    Ok(())
                } else {
                    Err(SyntaxError::Unfinished)
                };
            };
            match c {
                c if end == Some(c) => {
                    self.skip(1);
                    return Ok(());
                }
                '\\' => {
                    self.skip(1);
                    match self.take() {
                        Some('\n') => {}
                        Some(c @ ('\\' | '$' | '`')) => word.add(c.encode_utf8(&mut [0; 4]), true),
                        Some('"') if end.is_some() => word.add("\"", true),
                        Some(c) => {
                            word.add("\\", true);
                            word.add(c.encode_utf8(&mut [0; 4]), true);
                        }
                        None if end.is_some() => return Err(SyntaxError::Unfinished),
                        None => word.add("\\", true),
                    }
                }
                '$' | '`' => self.expansion(word, true)?,
                c => {
                    self.skip(c.len_utf8());
                    word.add(c.encode_utf8(&mut [0; 4]), true);
                }
            }
        }
    }

    /// What begins with a dollar sign or a backtick.
    fn expansion(&mut self, word: &mut Word, quoted: bool) -> Result<(), SyntaxError> {
        if self.rest.starts_with('`') {
            self.skip(1);
            let script = self.up_to("`")?.to_owned();
            word.0.push(Piece::Output { script, quoted });
            return Ok(());
        }
        if let Some(inside) = self.rest.strip_prefix("$((") {
            let (text, rest) = inside.split_once("))").ok_or(SyntaxError::Unfinished)?;
            let text = text.to_owned();
            self.rest = rest;
            word.0.push(Piece::Sum { text, quoted });
            return Ok(());
        }
        if let Some(inside) = self.rest.strip_prefix("$(") {
            let end = closing(inside).ok_or(SyntaxError::Unfinished)?;
            let script = inside.get(..end).unwrap_or_default().to_owned();
            self.rest = inside.get(end + 1..).unwrap_or_default();
            word.0.push(Piece::Output { script, quoted });
            return Ok(());
        }
        self.skip(1);
        if self.rest.starts_with('{') {
            self.skip(1);
            let inside = self.up_to("}")?;
            let end = inside.find([':', '-', '=', '+', '%', '#', '/']).unwrap_or(inside.len());
            let (name, rest) = inside.split_at(end);
            let otherwise = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
            if otherwise.is_none() && !rest.is_empty() {
                return Err(SyntaxError::NotHere("any ${…} but ${NAME} and ${NAME:-DEFAULT}"));
            }
            word.0.push(Piece::Variable {
                name: name.to_owned(),
                otherwise: otherwise.map(str::to_owned),
                quoted,
            });
            return Ok(());
        }
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = match self.rest.chars().next() {
            Some('?' | '#' | '$' | '@' | '*' | '0'..='9') => 1,
            _ => self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len()),
        };
        let name = self.rest.get(..end).unwrap_or_default().to_owned();
        self.skip(end);
        if name.is_empty() {
            word.add("$", quoted);
        } else {
            word.0.push(Piece::Variable {
                name,
                otherwise: None,
                quoted,
            });
        }
        Ok(())
    }
}

/// Where the parenthesis closes that was opened before.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quote) = (0, None);
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') if depth == 0 => return Some(at),
            (None, ')') => depth -= 1,
            _ => {}
        }
    }
    None
}

impl Word {
    fn add(&mut self, more: &str, now: bool) {
        match self.0.last_mut() {
            Some(Piece::Text { text, quoted }) if *quoted == now => text.push_str(more),
            _ => self.0.push(Piece::Text {
                text: more.to_owned(),
                quoted: now,
            }),
        }
    }

    /// The text of a word that has neither quotes nor anything to expand: a keyword, a name.
    pub(super) fn plain(&self) -> Option<String> {
        match self.0.as_slice() {
            [Piece::Text { text, quoted: false }] => Some(text.clone()),
            _ => None,
        }
    }

    /// The text of a word in which nothing is expanded, with or without quotes.
    pub(super) fn literal(&self) -> Option<String> {
        let text = |piece: &Piece| match piece {
            Piece::Text { text, .. } => Some(text.clone()),
            _ => None,
        };
        self.0.iter().map(text).collect()
    }

    /// The name and the rest of `NAME=value`.
    pub(super) fn assignment(&self) -> Option<(String, Self)> {
        let [Piece::Text { text, quoted: false }, rest @ ..] = self.0.as_slice() else {
            return None;
        };
        let (name, value) = text.split_once('=')?;
        let mut pieces = vec![Piece::Text {
            text: value.to_owned(),
            quoted: true,
        }];
        pieces.extend(rest.iter().cloned());
        is_name(name).then(|| (name.to_owned(), Self(pieces)))
    }
}

/// Whether a text can name a variable.
pub(super) fn is_name(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_digit())
        && !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
