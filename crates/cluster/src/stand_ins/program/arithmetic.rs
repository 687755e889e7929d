//! `$((i + 1))`

use super::state::Shell;

pub(super) fn sum(shell: &Shell<'_>, text: &str) -> i64 {
    let mut rest = text;
    added(shell, &mut rest, 0)
}

fn added(shell: &Shell<'_>, rest: &mut &str, depth: usize) -> i64 {
    let mut total = multiplied(shell, rest, depth);
    loop {
        if takes(rest, '+') {
            total = total.wrapping_add(multiplied(shell, rest, depth));
        } else if takes(rest, '-') {
            total = total.wrapping_sub(multiplied(shell, rest, depth));
        } else {
            return total;
        }
    }
}

fn multiplied(shell: &Shell<'_>, rest: &mut &str, depth: usize) -> i64 {
    let mut product = number(shell, rest, depth);
    loop {
        if takes(rest, '*') {
            product = product.wrapping_mul(number(shell, rest, depth));
        } else if takes(rest, '/') {
            product = product.checked_div(number(shell, rest, depth)).unwrap_or_default();
        } else if takes(rest, '%') {
            product = product.checked_rem(number(shell, rest, depth)).unwrap_or_default();
        } else {
            return product;
        }
    }
}

fn number(shell: &Shell<'_>, rest: &mut &str, depth: usize) -> i64 {
    if depth < 20 && takes(rest, '(') {
        let value = added(shell, rest, depth + 1);
        takes(rest, ')');
        return value;
    }
    if depth < 20 && takes(rest, '-') {
        return number(shell, rest, depth + 1).wrapping_neg();
    }
    takes(rest, '$');
    let end = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    let (word, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
    *rest = after;
    let known = shell.variable(word);
    let value = known.as_deref().unwrap_or(word);
    value.trim().parse().unwrap_or_default()
}

fn takes(rest: &mut &str, sign: char) -> bool {
    *rest = rest.trim_start();
    match rest.strip_prefix(sign) {
        Some(after) => {
            *rest = after.trim_start();
            true
        }
        None => false,
    }
}
