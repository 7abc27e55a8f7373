use proptest::prelude::*;

use super::*;

#[test]
fn pieces_cover_a_span_without_overlap() {
    let span = |start, end| Span { start, end };
    let pieces: Vec<Span> = span(10, 35).pieces(10).collect();
    assert_eq!(pieces, [span(10, 20), span(20, 30), span(30, 35)]);
    assert_eq!(span(0, 10).pieces(10).collect::<Vec<_>>(), [span(0, 10)]);
    assert_eq!(span(5, 5).pieces(10).count(), 0);
}

#[test]
fn every_case_of_the_table_is_selected_as_it_says() {
    for case in CASES {
        let selection = select(Some(case.header), case.total);
        assert_eq!(selection, case.selection(), "{case:?}");
    }
}

#[test]
fn the_table_needs_three_files_only() {
    assert!(CASES.iter().all(|case| [0, 1, 1000].contains(&case.total)));
}

#[test]
fn without_a_range_the_whole_file_is_selected() {
    assert_eq!(select(None, 1000), Selection::Whole);
    assert_eq!(select(None, 0), Selection::Whole);
}

#[test]
fn the_largest_file_there_can_be_has_a_last_byte() {
    let last = Span {
        start: u64::MAX - 1,
        end: u64::MAX,
    };
    assert_eq!(select(Some("bytes=-1"), u64::MAX), Selection::Part(last));
    assert_eq!(
        select(
            Some("bytes=18446744073709551614-18446744073709551615"),
            u64::MAX
        ),
        Selection::Part(last)
    );
}

#[test]
fn if_range_compares_entity_tags_strongly() {
    assert!(if_range_matches("\"a\"", Some("\"a\""), None));
    assert!(if_range_matches(" \"a\" ", Some("\"a\""), None));
    assert!(!if_range_matches("\"a\"", Some("\"b\""), None));
    assert!(!if_range_matches("\"a\"", Some("W/\"a\""), None));
    assert!(!if_range_matches("W/\"a\"", Some("W/\"a\""), None));
    assert!(!if_range_matches("W/\"a\"", Some("\"a\""), None));
    assert!(!if_range_matches("\"a\", \"b\"", Some("\"a\""), None));
    assert!(!if_range_matches("*", Some("\"a\""), None));
    assert!(!if_range_matches("", Some("\"a\""), Some("")));
    assert!(!if_range_matches("\"a\"", None, Some("\"a\"")));
}

#[test]
fn if_range_matches_a_date_only_to_the_letter() {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    assert!(if_range_matches(date, Some("\"a\""), Some(date)));
    assert!(!if_range_matches(
        "Sun, 06 Nov 1994 08:49:38 GMT",
        None,
        Some(date)
    ));
    assert!(!if_range_matches(
        "Sunday, 06-Nov-94 08:49:37 GMT",
        None,
        Some(date)
    ));
    assert!(!if_range_matches(date, Some("\"a\""), None));
}

#[test]
fn content_range_is_read_as_answers_write_it() {
    let span = Span { start: 5, end: 10 };
    let read = |total| Some(ContentRange { span, total });
    assert_eq!(parse_content_range("bytes 5-9/10"), read(Some(10)));
    assert_eq!(parse_content_range("Bytes 5-9/1000"), read(Some(1000)));
    assert_eq!(parse_content_range("bytes 5-9/*"), read(None));
}

#[test]
fn content_range_without_bytes_or_sense_is_refused() {
    for header in [
        "",
        "bytes",
        "bytes */10",
        "bytes 5-9",
        "bytes 5-9/9",
        "bytes 9-5/10",
        "bytes 5-/10",
        "bytes -5/10",
        "bytes 5-9/",
        "bytes 5-9/+10",
        "bytes +5-9/10",
        "bytes=5-9/10",
        "bytes  5-9/10",
        "bytes 5 - 9/10",
        "seconds 5-9/10",
        "bytes 5-18446744073709551615/*",
        "bytes 5-99999999999999999999/*",
    ] {
        assert_eq!(parse_content_range(header), None, "{header}");
    }
}

#[test]
fn a_416_names_the_size() {
    assert_eq!(unsatisfied_range(0), "bytes */0");
}

/// Sizes around the interesting ones and anywhere.
fn totals() -> impl Strategy<Value = u64> {
    prop_oneof![0..50_u64, any::<u64>(), Just(u64::MAX)]
}

/// Headers that are nearly right, which plain noise never is.
fn headers() -> impl Strategy<Value = String> {
    prop_oneof![
        "bytes=[0-9, -]{0,30}",
        "bytes=([0-9]{0,2}-[0-9]{0,2},){0,18}[0-9]{0,2}-[0-9]{0,2}",
        "[a-z]{0,5}[= ][0-9]{0,25}-[0-9]{0,25}",
        "\\PC{0,40}",
    ]
}

proptest! {
    #[test]
    fn no_span_ever_leaves_the_file_or_touches_another(header in headers(), total in totals()) {
        let spans = match select(Some(&header), total) {
            Selection::Whole | Selection::Unsatisfiable => vec![],
            Selection::Part(span) => vec![span],
            Selection::Parts(spans) => {
                prop_assert!((2..=MOST_RANGES).contains(&spans.len()));
                spans
            }
        };
        prop_assert!(spans.iter().all(|span| span.start < span.end && span.end <= total));
        prop_assert!(spans.iter().try_fold(0_u64, |sum, span| sum.checked_add(span.length())).is_some_and(|sum| sum <= total));
    }

    #[test]
    fn what_is_asked_for_exactly_comes_back_exactly(start in any::<u64>(), length in 1_u64.., rest in any::<u64>()) {
        let end = start.saturating_add(length);
        prop_assume!(end > start);
        let (span, total) = (Span { start, end }, end.saturating_add(rest));
        let header = format!("bytes={}-{}", span.start, span.end - 1);
        prop_assert_eq!(select(Some(&header), total), Selection::Part(span));
        let answer = parse_content_range(&span.content_range(total));
        prop_assert_eq!(answer, Some(ContentRange { span, total: Some(total) }));
    }

    #[test]
    fn no_header_makes_the_readers_panic(text in "\\PC{0,60}", total in totals()) {
        let _ = select(Some(&text), total);
        let _ = parse_content_range(&text);
        let _ = parse_content_range(&format!("bytes {text}"));
        let _ = if_range_matches(&text, Some("\"a\""), Some("b"));
    }
}
