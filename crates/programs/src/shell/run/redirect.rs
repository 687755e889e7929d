//! Where commands read from and write to.

use super::{Run, Sink};
use crate::shell::syntax::Redirection;
use crate::shell::tokens::Word;

impl Run<'_> {
    /// Prepares the streams; false if that fails.
    pub(super) fn redirect(&mut self, redirections: &[Redirection]) -> bool {
        for redirection in redirections {
            match redirection {
                Redirection::ErrorsToOutput => self.err = self.out,
                Redirection::OutputToErrors => self.out = self.err,
                Redirection::ToFile { errors, appends, file } => {
                    let Some(sink) = self.file(file, *appends) else {
                        return false;
                    };
                    if *errors {
                        self.err = sink;
                    } else {
                        self.out = sink;
                    }
                }
                Redirection::BothToFile(file) => {
                    let Some(sink) = self.file(file, false) else {
                        return false;
                    };
                    (self.out, self.err) = (sink, sink);
                }
                Redirection::FromWord(word) => self.input = self.expand_whole(word) + "\n",
                Redirection::FromDocument(word) => self.input = self.expand_whole(word),
                Redirection::FromFile(file) => {
                    let path = self.expand_whole(file);
                    let Some(text) = self.reads_file(&path) else {
                        let words = self
                            .shell
                            .dialect
                            .complaint(&format!("can't open {path}: no such file"));
                        self.complain(&words);
                        self.shell.status = 1;
                        return false;
                    };
                    self.input = text;
                }
            }
        }
        true
    }

    /// The sink that a file is, which is emptied unless it is appended to.
    fn file(&mut self, file: &Word, appends: bool) -> Option<Sink> {
        let path = self.expand_whole(file);
        match path.as_str() {
            "/dev/null" => return Some(Sink::Nowhere),
            "/dev/stdout" | "/dev/tty" => return Some(self.out),
            "/dev/stderr" => return Some(self.err),
            _ => {}
        }
        let path = self.shell.path(&path);
        let text = self.machine.file(&path).filter(|_| appends).unwrap_or_default();
        if let Err(why) = self.machine.write(&path, &text) {
            self.cannot_create(&path, why);
            self.shell.status = 1;
            return None;
        }
        self.files.push((self.buffers.len(), path));
        self.buffers.push(text);
        Some(Sink::Buffer(self.buffers.len() - 1))
    }

    pub(super) fn cannot_create(&mut self, path: &str, why: &str) {
        let words = self.shell.dialect.cannot_create(path, why);
        self.complain(&words);
    }
}
