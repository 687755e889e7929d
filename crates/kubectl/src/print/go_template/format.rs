//! `print` and `printf`.
//!
//! Models: Go's fmt package.

use super::value::Val;

/// Values in a row, with a blank between two that are no text.
pub(super) fn print(values: &[Val]) -> String {
    let mut text = String::new();
    let mut previous_is_text = true;
    for (index, value) in values.iter().enumerate() {
        let is_text = matches!(value, Val::Text(_));
        if index > 0 && !is_text && !previous_is_text {
            text.push(' ');
        }
        text.push_str(&value.show());
        previous_is_text = is_text;
    }
    text
}

pub(super) fn printf(format: &str, values: &[Val]) -> String {
    let mut text = String::new();
    let mut values = values.iter();
    let mut rest = format.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut flags = String::new();
        while let Some(flag) = rest.next_if(|c| matches!(c, '-' | '+' | '#' | '0' | ' ')) {
            flags.push(flag);
        }
        let width = digits(&mut rest);
        let precision = rest.next_if_eq(&'.').map(|_| digits(&mut rest).unwrap_or(0));
        let Some(verb) = rest.next() else {
            text.push_str("%!(NOVERB)");
            break;
        };
        if verb == '%' {
            text.push('%');
            continue;
        }
        let written = values.next().map(|value| verbalize(verb, value, &flags, precision));
        let written = written.map(|written| padded(&written, &flags, width));
        text.push_str(&written.unwrap_or_else(|| format!("%!{verb}(MISSING)")));
    }
    let extra: Vec<_> = values.map(typed).collect();
    if !extra.is_empty() {
        text.push_str("%!(EXTRA ");
        text.push_str(&extra.join(", "));
        text.push(')');
    }
    text
}

fn digits(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<usize> {
    let mut number = None;
    while let Some(digit) = rest.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10)) {
        // Wider than any screen is wide enough.
        number = Some((number.unwrap_or(0) * 10 + digit as usize).min(1_000));
    }
    number
}

fn padded(text: &str, flags: &str, width: Option<usize>) -> String {
    let width = width.unwrap_or(0);
    let blanks = width.saturating_sub(text.chars().count());
    if flags.contains('-') {
        return format!("{text}{}", " ".repeat(blanks));
    }
    if flags.contains('0') {
        let (sign, figures) = text.split_at(usize::from(text.starts_with(['+', '-'])));
        return format!("{sign}{}{figures}", "0".repeat(blanks));
    }
    format!("{}{text}", " ".repeat(blanks))
}

fn typed(value: &Val) -> String {
    match value {
        Val::Nil => "<nil>".to_owned(),
        value => format!("{}={}", value.type_name(), value.show()),
    }
}

fn verbalize(verb: char, value: &Val, flags: &str, precision: Option<usize>) -> String {
    let plus = |text: String, is_negative: bool| {
        if flags.contains('+') && !is_negative {
            format!("+{text}")
        } else {
            text
        }
    };
    match (verb, value) {
        ('v', value) => value.show(),
        ('T', value) => value.type_name().to_owned(),
        ('s', Val::Text(text)) => match precision {
            Some(most) => text.chars().take(most).collect(),
            None => text.to_string(),
        },
        ('q', Val::Text(text)) => api::go::quote(text),
        ('d', Val::Int(number)) => plus(number.to_string(), *number < 0),
        ('x', Val::Int(number)) => format!("{number:x}"),
        ('c', Val::Int(number)) => {
            let c = u32::try_from(*number).ok().and_then(char::from_u32);
            c.unwrap_or('\u{fffd}').to_string()
        }
        ('f' | 'F', Val::Float(number)) => plus(format!("{number:.*}", precision.unwrap_or(6)), *number < 0.0),
        ('g', Val::Float(_)) => value.show(),
        ('t', Val::Bool(flag)) => flag.to_string(),
        ('s' | 'q' | 'd', Val::List(items)) => {
            let items: Vec<_> = items
                .iter()
                .map(|item| verbalize(verb, item, flags, precision))
                .collect();
            format!("[{}]", items.join(" "))
        }
        ('s' | 'q' | 'd', Val::Map(map)) => {
            let entry = |(key, value): (&String, &Val)| {
                let key = verbalize(verb, &Val::text(key), flags, precision);
                format!("{key}:{}", verbalize(verb, value, flags, precision))
            };
            let entries: Vec<_> = map.iter().map(entry).collect();
            format!("map[{}]", entries.join(" "))
        }
        (verb, value) => format!("%!{verb}({})", typed(value)),
    }
}
