//! Points in time as descriptions print them.

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// An RFC 3339 time in UTC, as `Mon, 05 Jan 2026 09:00:00 +0000`; the zero time if missing.
///
/// Models: Go's time.RFC1123Z.
pub(crate) fn rfc1123z(moment: Option<&str>) -> String {
    moment
        .and_then(written)
        .unwrap_or_else(|| "Mon, 01 Jan 0001 00:00:00 +0000".to_owned())
}

fn written(moment: &str) -> Option<String> {
    let midnight_of_1970 = cluster::second("1970-01-01T00:00:00Z")?;
    let days = (cluster::second(moment)? - midnight_of_1970).div_euclid(86_400);
    let weekday = DAYS.get(usize::try_from(days.rem_euclid(7)).ok()?)?;
    let month: usize = moment.get(5..7)?.parse().ok()?;
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let (year, day, clock) = (moment.get(..4)?, moment.get(8..10)?, moment.get(11..19)?);
    Some(format!("{weekday}, {day} {month} {year} {clock} +0000"))
}

#[cfg(test)]
mod tests {
    use super::rfc1123z;

    #[test]
    fn a_moment_names_its_weekday() {
        assert_eq!(
            rfc1123z(Some("2026-01-05T09:00:07Z")),
            "Mon, 05 Jan 2026 09:00:07 +0000"
        );
        assert_eq!(
            rfc1123z(Some("1969-12-31T23:59:59Z")),
            "Wed, 31 Dec 1969 23:59:59 +0000"
        );
        assert_eq!(rfc1123z(None), "Mon, 01 Jan 0001 00:00:00 +0000");
    }
}
