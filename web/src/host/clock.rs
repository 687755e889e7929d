//! Moments of the reader's own clock, for what is kept from one visit to the next.

use crate::say;
use js_sys::Date;
use wasm_bindgen::JsValue;

const MONTHS: [fn() -> &'static str; 12] = [
    say::month_one,
    say::month_two,
    say::month_three,
    say::month_four,
    say::month_five,
    say::month_six,
    say::month_seven,
    say::month_eight,
    say::month_nine,
    say::month_ten,
    say::month_eleven,
    say::month_twelve,
];

/// Milliseconds since 1970.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a clock is past 1970"
)]
pub fn milliseconds() -> u64 {
    Date::now() as u64
}

/// A number that two pages hardly draw in the same millisecond.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1")]
pub fn lot() -> u32 {
    (js_sys::Math::random() * 1e6) as u32
}

/// A moment in words, where the reader is: `Today, 14:05`.
#[allow(clippy::cast_precision_loss, reason = "milliseconds fit")]
pub fn words(at: u64) -> String {
    let (then, now) = (date(at as f64), date(Date::now()));
    let time = format!("{:02}:{:02}", then.get_hours(), then.get_minutes());
    let day = |date: &Date| (date.get_full_year(), date.get_month(), date.get_date());
    let yesterday = date(Date::now());
    yesterday.set_date(now.get_date().saturating_sub(1));
    if day(&then) == day(&now) {
        return say::clock_today(&time);
    }
    if day(&then) == day(&yesterday) {
        return say::clock_yesterday(&time);
    }
    let month = MONTHS.get(then.get_month() as usize).map_or("", |month| month());
    let year = if then.get_full_year() == now.get_full_year() {
        String::new()
    } else {
        format!(" {}", then.get_full_year())
    };
    say::clock_day(&then.get_date(), &month, &year, &time)
}

fn date(at: f64) -> Date {
    Date::new(&JsValue::from_f64(at))
}
