//! Market files in blocks: what must not depend on where a block or a chunk ends.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a test may fail loudly, and its numbers are small"
)]

use std::collections::VecDeque;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use supreme_core::market_data::{
    Cell, Columns, Dropped, DuplicateWindow, LONGEST_LINE, Rules, TradeDecoder, TradeRow, number,
};

fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: Some(Box::new(FileFailurePersistence::Off)),
        ..ProptestConfig::default()
    }
}

fn decoder(chunk_rows: usize) -> TradeDecoder {
    TradeDecoder::new(Rules::new(None, None).expect("no grids"), chunk_rows)
}

/// The rows of a CSV file that comes in blocks of `block` bytes, and all that was dropped.
fn decoded(content: &[u8], block: usize, chunk_rows: usize) -> (Vec<TradeRow>, Dropped) {
    let (mut rows, mut dropped) = (Vec::new(), Dropped::default());
    let mut decoder = decoder(chunk_rows);
    decoder.begin(Columns::new(&[0, 1, 2, 3, 4], 5), 1);
    let mut take = |decoder: &mut TradeDecoder| {
        assert!(decoder.rows().len() <= chunk_rows);
        rows.extend_from_slice(decoder.rows());
        let more = decoder.dropped();
        dropped.bad_rows += more.bad_rows;
        dropped.duplicates += more.duplicates;
        dropped.backward += more.backward;
        dropped.rejected.extend(more.rejected.iter().cloned());
        decoder.clear();
    };
    let mut fill = |decoder: &mut TradeDecoder| {
        while decoder.fill().expect("trades have no step") {
            assert_eq!(decoder.rows().len(), chunk_rows);
            take(decoder);
        }
    };
    for block in content.chunks(block) {
        decoder.push(block);
        fill(&mut decoder);
    }
    decoder.end();
    fill(&mut decoder);
    decoder.finish();
    take(&mut decoder);
    dropped.rejected.truncate(5);
    (rows, dropped)
}

/// Lines that are mostly rows, with few ids, and times some of which jump.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let day = prop_oneof![8 => 0..3_i64, 1 => 300..302_i64, 1 => Just(40_000)];
    let row = (day, 0..1000_i64, 1..999_i64, any::<bool>(), 0..40_i64).prop_map(
        |(day, ms, price, buy, id)| {
            let side = if buy { "buy" } else { "sell" };
            format!("{},{price}.5,0.25,{side},{id}", day * 86_400_000 + ms).into_bytes()
        },
    );
    let junk = prop::collection::vec(any::<u8>(), 0..12);
    let line = prop_oneof![9 => row, 1 => junk];
    let end = prop_oneof![Just(&b"\n"[..]), Just(&b"\r\n"[..])];
    prop::collection::vec((line, end), 0..60).prop_map(|lines| {
        lines.into_iter().flat_map(|(line, end)| [line, end.to_vec()].concat()).collect()
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn blocks_and_chunks_do_not_matter(content in content(), block in 1..80_usize, chunk in 1..9_usize) {
        let whole = decoded(&content, content.len().max(1), usize::MAX);
        prop_assert_eq!(&decoded(&content, block, usize::MAX), &whole);
        let (rows, dropped) = decoded(&content, block, chunk);
        prop_assert_eq!(rows, whole.0);
        prop_assert_eq!(
            (dropped.bad_rows, dropped.duplicates, dropped.backward),
            (whole.1.bad_rows, whole.1.duplicates, whole.1.backward)
        );
    }

    #[test]
    fn a_last_line_needs_no_end(content in content(), block in 1..80_usize) {
        let bare = content.strip_suffix(b"\n").unwrap_or(&content);
        prop_assert_eq!(decoded(bare, block, 7).0, decoded(&content, block, 7).0);
    }

    #[test]
    fn a_table_says_the_same_as_a_file(
        values in prop::collection::vec((0..9_i64, -1..9_i64, any::<bool>(), 0..5_u8), 0..40),
        chunk in 1..9_usize,
    ) {
        let lines = values.iter().map(|(time, price, buy, id)| {
            format!("{time},{price},1,{},{id}\n", if *buy { "buy" } else { "sell" })
        });
        let text = lines.collect::<Vec<_>>().concat();
        let expected = decoded(text.as_bytes(), 64, usize::MAX);
        let mut decoder = decoder(chunk);
        decoder.begin(Columns::new(&[], 0), 0);
        let (mut rows, mut bad, mut again) = (Vec::new(), 0, 0);
        let mut take = |decoder: &mut TradeDecoder| {
            rows.extend_from_slice(decoder.rows());
            bad += decoder.dropped().bad_rows;
            again += decoder.dropped().duplicates;
            decoder.clear();
        };
        for (time, price, buy, id) in values {
            let id = [b'0' + id];
            let cells = [
                Cell::Integer(time),
                Cell::Float(price as f64),
                Cell::Integer(1),
                Cell::Integer(if buy { 1 } else { -1 }),
                Cell::Text(&id),
            ];
            while !decoder.offer(&cells) {
                take(&mut decoder);
            }
        }
        decoder.finish();
        take(&mut decoder);
        prop_assert_eq!((rows, bad, again), (expected.0, expected.1.bad_rows, expected.1.duplicates));
    }

    #[test]
    fn a_window_remembers_the_last_keys_and_no_more(
        keys in prop::collection::vec(prop_oneof![
            (0..30_u32).prop_map(|n| n.to_string().into_bytes()),
            prop::collection::vec(0..3_u8, 0..20),
        ], 0..300),
        limit in 1..40_usize,
    ) {
        let mut window = DuplicateWindow::new(limit);
        let mut expected: VecDeque<Vec<u8>> = VecDeque::new();
        for key in keys {
            let known = expected.contains(&key);
            prop_assert_eq!(window.seen(&key), known);
            if !known {
                expected.push_back(key);
                if expected.len() > limit {
                    expected.pop_front();
                }
            }
        }
    }

    #[test]
    fn floats_are_read_back(value in any::<f64>()) {
        if value.is_finite() {
            for text in [format!("{value:?}"), format!("{value:e}"), format!("{value:.20e}")] {
                prop_assert_eq!(number::float(text.as_bytes()).map(f64::to_bits), Some(value.to_bits()));
            }
        }
    }

    #[test]
    fn integers_are_read_back(value in any::<i64>(), zeros in 0..30_usize) {
        let text = value.unsigned_abs().to_string();
        let sign = if value < 0 { "-" } else { "" };
        let expected = value.max(-i64::MAX); // the smallest one is not needed, and saturates
        let padded = format!("{sign}{}{text}", "0".repeat(zeros));
        prop_assert_eq!(number::integer(padded.as_bytes()), Some(expected));
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in
        ["", "+", "-", ".", "e5", "1e", "1e+", "inf", "nan", "NaN", "infinity", "0x1", "1_0"]
    {
        assert_eq!(number::float(text.as_bytes()), None, "{text}");
        assert_eq!(number::integer(text.as_bytes()), None, "{text}");
    }
    assert_eq!(number::float(b"1e999"), Some(f64::INFINITY));
    assert_eq!(number::float(b"1e-999"), Some(0.0));
    assert_eq!(number::integer(b"99999999999999999999"), Some(i64::MAX));
}

#[test]
fn a_line_that_is_too_long_takes_no_memory() {
    let mut decoder = decoder(10);
    decoder.begin(Columns::new(&[0, 1, 2, 3, 4], 5), 1);
    for _ in 0..40 {
        decoder.push(&vec![b'x'; LONGEST_LINE / 8]);
        assert!(!decoder.fill().expect("trades have no step"));
    }
    decoder.push(b"\n1,2,3,buy,4\n");
    assert!(!decoder.fill().expect("trades have no step"));
    assert_eq!((decoder.rows().len(), decoder.dropped().bad_rows), (1, 1));
    let fault = &decoder.dropped().rejected[0];
    assert_eq!((fault.place.file, fault.place.line), (0, 2));
}
