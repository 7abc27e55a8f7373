//! The address under which the site is known: what canonical links, feeds and social cards say. It
//! is the owner's word, never the `Host` header, which anybody can write.

use std::str::FromStr;

use anyhow::{bail, ensure};
use url::Url;

/// An `http(s)` origin with `/` as its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    /// `address`, which is a path of this site or already absolute, as an absolute URL.
    pub(crate) fn absolute(&self, address: &str) -> String {
        self.0
            .join(address)
            .map_or_else(|_| address.to_owned(), String::from)
    }

    /// Whether the browser takes `address` for one of this site.
    pub(crate) fn is_own(&self, address: &str) -> bool {
        self.0
            .join(address)
            .is_ok_and(|url| url.origin() == self.0.origin())
    }
}

impl FromStr for BaseUrl {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let Ok(url) = Url::parse(text) else {
            bail!("it is not a URL; write it as in https://video.example");
        };
        ensure!(
            matches!(url.scheme(), "http" | "https"),
            "its scheme is `{}`; write http:// or https:// before the host",
            url.scheme()
        );
        ensure!(
            url.path() == "/" && url.query().is_none() && url.fragment().is_none(),
            "only scheme, host and port may be there, because the site lives at the root of its host; \
             leave out what follows the host"
        );
        ensure!(
            url.username().is_empty() && url.password().is_none(),
            "it holds a user name or password, which every page would show; leave them out"
        );
        Ok(BaseUrl(url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_absolute_and_absolute_ones_stay() {
        let base: BaseUrl = "https://video.example".parse().unwrap();
        assert_eq!(base.absolute("/"), "https://video.example/");
        assert_eq!(
            base.absolute("/media/a%20b.mp4"),
            "https://video.example/media/a%20b.mp4"
        );
        assert_eq!(
            base.absolute("https://cdn.example/x"),
            "https://cdn.example/x"
        );
        assert!(base.is_own("/x") && base.is_own("https://video.example/y"));
        assert!(!base.is_own("https://cdn.example/x"));
    }

    #[test]
    fn what_is_not_the_root_of_a_host_is_refused_with_advice() {
        for (text, word) in [
            ("video.example", "not a URL"),
            ("ftp://video.example", "ftp"),
            ("https://video.example/sub/", "root of its host"),
            ("https://me:secret@video.example", "password"),
        ] {
            let error = text.parse::<BaseUrl>().unwrap_err().to_string();
            assert!(error.contains(word), "{text}: {error}");
        }
    }
}
