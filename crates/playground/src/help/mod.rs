//! What a cluster's words mean and what to do about them, in a plain sentence.

mod commands;
mod decoding;
mod names;
mod pod;
mod service;
mod syntax;
#[cfg(test)]
mod tests;

/// Words that a message contains, all of them, and the sentence that explains it.
type Sentence = (&'static [&'static str], &'static str);

/// From the special to the general: the first that fits is taken.
const SENTENCES: [&[Sentence]; 7] = [
    decoding::SENTENCES,
    service::SENTENCES,
    pod::SENTENCES,
    names::SENTENCES,
    syntax::SENTENCES,
    commands::SENTENCES,
    ANYWHERE,
];

/// What holds of any field.
const ANYWHERE: &[Sentence] = &[
    (&["must be between 1 and 65535"], "Ports are numbers from 1 to 65535."),
    (
        &["must be a valid IP address"],
        "An IP address is wanted here, like 10.9.8.7, and no name.",
    ),
    (
        &["must be greater than or equal to 0"],
        "A number below 0 means nothing here: write 0 or more.",
    ),
    (
        &["field is immutable"],
        "This cannot be changed once the object is made: delete the object and create it anew.",
    ),
    (
        &["already exists"],
        "An object of this kind and name is there already: give this one another name.",
    ),
    (&["Required value"], "This has to be given."),
    (
        &["Unsupported value"],
        "Only the values named in the message are allowed, spelt so.",
    ),
    (
        &["Duplicate value"],
        "The same stands above already; each may stand only once.",
    ),
];

/// More sentences than this about what one command printed teach no more.
const MOST: usize = 3;

/// The sentences for what a command printed as errors and warnings, each once.
pub fn printed(errors: &str) -> Vec<&'static str> {
    let mut sentences = Vec::new();
    for sentence in errors.lines().filter_map(of) {
        if !sentences.contains(&sentence) && sentences.len() < MOST {
            sentences.push(sentence);
        }
    }
    sentences
}

/// The sentence for a cluster's message, where we know one.
pub fn of(message: &str) -> Option<&'static str> {
    let fits = |needles: &[&str]| needles.iter().all(|needle| message.contains(needle));
    SENTENCES
        .into_iter()
        .flatten()
        .find(|(needles, _)| fits(needles))
        .map(|(_, sentence)| *sentence)
}
