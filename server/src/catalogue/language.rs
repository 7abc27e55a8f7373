//! Language tags of subtitles. Browsers show a track with any tag, but choose and pronounce it
//! right only by a good one, and `cz` for Czech is the classic mistake: it is a country.

/// Every two-letter language of ISO 639-1, which BCP 47 uses.
const TWO_LETTERS: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de \
dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu \
ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng \
nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw \
ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Countries, withdrawn codes, three-letter codes and names that people write for a language.
const MISTAKES: &[(&str, &str)] = &[
    ("al", "sq"),
    ("at", "de"),
    ("au", "en"),
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gb", "en"),
    ("ge", "ka"),
    ("gr", "el"),
    ("il", "he"),
    ("in", "id"),
    ("ir", "fa"),
    ("iw", "he"),
    ("ji", "yi"),
    ("jp", "ja"),
    ("jw", "jv"),
    ("mx", "es"),
    ("ph", "fil"),
    ("pk", "ur"),
    ("rs", "sr"),
    ("sp", "es"),
    ("ua", "uk"),
    ("us", "en"),
    ("vn", "vi"),
    ("ara", "ar"),
    ("ces", "cs"),
    ("chi", "zh"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("gre", "el"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hun", "hu"),
    ("ita", "it"),
    ("jpn", "ja"),
    ("kor", "ko"),
    ("nld", "nl"),
    ("nor", "no"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("slk", "sk"),
    ("slo", "sk"),
    ("spa", "es"),
    ("swe", "sv"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("vie", "vi"),
    ("zho", "zh"),
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("czech", "cs"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("german", "de"),
    ("greek", "el"),
    ("hindi", "hi"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("polish", "pl"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
];

/// What to do about a doubtful tag; `None` for a good one.
pub(crate) fn doubt(tag: &str) -> Option<String> {
    let dashed = tag.trim().replace('_', "-");
    let (primary, rest) = match dashed.split_once('-') {
        Some((primary, rest)) => (primary, Some(rest)),
        None => (dashed.as_str(), None),
    };
    let subtags_are_well_formed = rest.is_none_or(|rest| {
        rest.split('-').all(|subtag| {
            (1..=8).contains(&subtag.len())
                && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
    });
    let primary = primary.to_ascii_lowercase();
    let known = match primary.len() {
        1 => matches!(primary.as_str(), "x" | "i") && rest.is_some(),
        2 => TWO_LETTERS.split(' ').any(|code| code == primary),
        3 => primary.bytes().all(|byte| byte.is_ascii_alphabetic()),
        _ => false,
    };
    let meant = MISTAKES
        .iter()
        .find(|(mistake, _)| *mistake == primary)
        .map(|(_, meant)| *meant);
    if subtags_are_well_formed && let Some(meant) = meant {
        let rest = rest.map(|rest| format!("-{rest}")).unwrap_or_default();
        return Some(format!("Did you mean `{meant}{rest}`?"));
    }
    if !known || !subtags_are_well_formed {
        return Some("Write a BCP 47 tag, such as `en` or `pt-BR`.".to_owned());
    }
    (dashed != tag).then(|| format!("Did you mean `{dashed}`?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_tags_raise_no_doubt() {
        for tag in [
            "en",
            "cs",
            "pt-BR",
            "zh-Hant-TW",
            "se",
            "uk",
            "EN-us",
            "fil",
            "haw",
            "x-kino",
            "de-CH-1996",
            "es-419",
        ] {
            assert_eq!(doubt(tag), None, "{tag}");
        }
    }

    #[test]
    fn a_common_mistake_names_what_was_meant() {
        for (tag, meant) in [
            ("cz", "cs"),
            ("jp", "ja"),
            ("gr", "el"),
            ("dk-DK", "da-DK"),
            ("eng", "en"),
            ("English", "en"),
            ("en_US", "en-US"),
        ] {
            assert_eq!(
                doubt(tag).as_deref(),
                Some(format!("Did you mean `{meant}`?").as_str()),
                "{tag}"
            );
        }
    }

    #[test]
    fn a_tag_that_is_none_shows_what_one_looks_like() {
        for tag in [
            "",
            "e",
            "en-",
            "en--US",
            "qq",
            "klingonese",
            "en-toolongsubtag",
            "č",
            "12",
        ] {
            assert_eq!(
                doubt(tag).as_deref(),
                Some("Write a BCP 47 tag, such as `en` or `pt-BR`."),
                "{tag}"
            );
        }
    }
}
