//! Which content coding a request gets, after RFC 9110, section 12.5.3.

use std::io::{self, Read};

use axum::http::{HeaderMap, header};

/// A coding, in the order in which they are taken where a browser likes several equally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Brotli,
    Zstd,
    Gzip,
}

impl Coding {
    pub(super) const ALL: [Coding; 3] = [Coding::Brotli, Coding::Zstd, Coding::Gzip];

    pub(super) fn name(self) -> &'static str {
        match self {
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
            Coding::Gzip => "gzip",
        }
    }

    /// At the highest level that pays: it happens once and is sent many times.
    pub(super) fn compress(self, plain: &[u8]) -> io::Result<Vec<u8>> {
        let mut coded = Vec::new();
        match self {
            Coding::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    size_hint: plain.len(),
                    ..Default::default()
                };
                brotli::BrotliCompress(&mut &plain[..], &mut coded, &parameters)?;
            }
            Coding::Zstd => coded = zstd::encode_all(plain, 19)?,
            Coding::Gzip => {
                let level = flate2::Compression::best();
                flate2::read::GzEncoder::new(plain, level).read_to_end(&mut coded)?;
            }
        }
        Ok(coded)
    }
}

/// The coding with the highest weight; `None` is plain, which is also what a request gets that
/// accepts nothing at all, because a readable page serves it better than a 406.
pub(super) fn negotiate(request: &HeaderMap) -> Option<Coding> {
    let accepted = request.get_all(header::ACCEPT_ENCODING).iter();
    let accepted = accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let wishes: Vec<(&str, u16)> = accepted.map(parse_wish).collect();
    let named = |wanted: &str| {
        let mut wishes = wishes.iter();
        let wish = wishes.find(|(coding, _)| coding.eq_ignore_ascii_case(wanted));
        wish.map(|(_, weight)| *weight)
    };

    let mut best = None;
    // Plain wins only where it is asked for by name, and more than any coding.
    let mut highest = named("identity").unwrap_or(0);
    for coding in Coding::ALL {
        let weight = named(coding.name()).or_else(|| named("*")).unwrap_or(0);
        if weight > highest || (best.is_none() && weight > 0 && weight == highest) {
            highest = weight;
            best = Some(coding);
        }
    }
    best
}

/// `gzip;q=0.5` as a name and thousandths. A weight that cannot be read counts as zero.
fn parse_wish(wish: &str) -> (&str, u16) {
    let (name, parameter) = wish.split_once(';').unwrap_or((wish, "q=1"));
    let value = parameter
        .trim()
        .strip_prefix(['q', 'Q'])
        .and_then(|rest| rest.trim_start().strip_prefix('='));
    let weight = value
        .and_then(|value| value.trim().parse::<f32>().ok())
        .filter(|weight| (0.0..=1.0).contains(weight))
        .map_or(0, |weight| (weight * 1000.0).round() as u16);
    (name.trim(), weight)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn decompress(name: &str, coded: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        match name {
            "br" => {
                brotli::BrotliDecompress(&mut &coded[..], &mut plain).unwrap();
            }
            "zstd" => plain = zstd::decode_all(coded).unwrap(),
            _ => {
                flate2::read::GzDecoder::new(coded)
                    .read_to_end(&mut plain)
                    .unwrap();
            }
        }
        plain
    }

    fn negotiated(accept: &str) -> Option<Coding> {
        let mut request = HeaderMap::new();
        request.insert(header::ACCEPT_ENCODING, accept.parse().unwrap());
        negotiate(&request)
    }

    #[test]
    fn weights_decide_and_brotli_wins_ties() {
        for (accept, expected) in [
            ("gzip, deflate, br, zstd", Some(Coding::Brotli)),
            ("gzip, deflate", Some(Coding::Gzip)),
            ("br;q=0.5, gzip;q=0.8", Some(Coding::Gzip)),
            ("BR;Q=0.5 , Zstd ; q = 0.9", Some(Coding::Zstd)),
            ("*", Some(Coding::Brotli)),
            ("br;q=0, *;q=0.3", Some(Coding::Zstd)),
            ("identity;q=1, gzip;q=0.5", None),
            ("identity, br", Some(Coding::Brotli)),
            ("identity;q=0, *;q=0", None),
            ("gzip;q=0", None),
            ("gzip;q=nonsense", None),
            ("deflate", None),
            ("", None),
        ] {
            assert_eq!(negotiated(accept), expected, "{accept:?}");
        }
    }

    #[test]
    fn without_the_header_the_answer_is_plain() {
        assert_eq!(negotiate(&HeaderMap::new()), None);
    }
}
