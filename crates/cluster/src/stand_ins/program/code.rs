//! What a line of Perl, Python or the like prints, as far as it is plain.

use super::state::{Flow, Shell};

/// Runs the code given to `perl -e`, `python -c` or the like.
pub(super) fn run(shell: &mut Shell<'_>, code: &str) -> Flow {
    let digits = code.split_once("bpi(").and_then(|(_, rest)| rest.split_once(')'));
    if let Some(digits) = digits.and_then(|(digits, _)| digits.trim().parse::<usize>().ok()) {
        // Perl takes this long for 2000 digits.
        shell.clock += 5;
        let pi = pi(digits);
        shell.print(&format!("{pi}\n"));
        return Flow::Next;
    }
    if [
        "while True",
        "while (true)",
        "while(true)",
        "while 1",
        "for (;;)",
        "serve_forever",
        ".listen(",
        "loop do",
    ]
    .iter()
    .any(|word| code.contains(word))
    {
        return Flow::Forever;
    }
    for part in code.split([';', '\n']) {
        let part = part.trim();
        let inside = |name: &str| part.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(seconds) = inside("time.sleep").and_then(super::builtin::seconds) {
            shell.clock = shell.clock.saturating_add(seconds);
        }
        let printed = ["print", "console.log", "puts", "echo"]
            .iter()
            .find_map(|name| inside(name));
        if let Some(text) = printed.and_then(literal) {
            shell.print(&format!("{text}\n"));
        }
        if let Some(code) = ["sys.exit", "exit", "process.exit"]
            .iter()
            .find_map(|name| inside(name))
        {
            shell.status = code.trim().parse().unwrap_or_default();
            return Flow::Next;
        }
    }
    Flow::Next
}

fn literal(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|letter| "'\"".contains(*letter))?;
    let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inner.contains(quote)).then_some(inner)
}

/// π with so many digits, as bignum's `bpi` rounds it.
fn pi(digits: usize) -> String {
    let digits = digits.clamp(1, 2_500);
    // The spigot of Rabinowitz and Wagon; some digits more, as the last of them are not right yet.
    let length = (digits + 5) * 10 / 3 + 1;
    let mut boxes = vec![2_u64; length];
    let mut all: Vec<u8> = Vec::new();
    for _ in 0..digits + 5 {
        let mut carry = 0;
        for (place, value) in boxes.iter_mut().enumerate().rev() {
            let place = place as u64;
            let sum = *value * 10 + carry;
            if place == 0 {
                *value = sum % 10;
                carry = sum / 10;
            } else {
                *value = sum % (2 * place + 1);
                carry = sum / (2 * place + 1) * place;
            }
        }
        // A digit of ten is carried to those before.
        let mut digit = carry;
        if digit >= 10 {
            digit -= 10;
            increase(&mut all);
        }
        all.push(u8::try_from(digit).unwrap_or_default());
    }
    if all.get(digits).is_some_and(|next| *next >= 5) {
        all.truncate(digits);
        increase(&mut all);
    }
    all.truncate(digits);
    let text: String = all.iter().map(|digit| char::from(b'0' + digit)).collect();
    match text.split_at_checked(1) {
        Some((whole, rest)) if !rest.is_empty() => format!("{whole}.{rest}"),
        _ => text,
    }
}

fn increase(digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        if *digit < 9 {
            *digit += 1;
            return;
        }
        *digit = 0;
    }
}
