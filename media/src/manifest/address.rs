//! References resolved as RFC 3986, section 5, has it, for addresses with a scheme and for paths of
//! this site alike. The result is written as browsers write it, so that what a player asks for
//! is found under the same name.

/// An address that others are relative to.
#[derive(Clone, Debug)]
pub(super) struct Base {
    /// Without query and fragment, and without dot segments.
    path: String,
    /// The query with its question mark, or nothing.
    query: String,
    /// Where the path starts: after scheme and authority.
    root: usize,
    /// Where the last part of the path starts: after its last slash.
    folder: usize,
}

impl Base {
    pub(super) fn new(address: &str) -> Base {
        let nowhere = Base {
            path: String::new(),
            query: String::new(),
            root: 0,
            folder: 0,
        };
        let whole = nowhere.resolve(address);
        let (path, query) = whole.split_at(whole.find('?').unwrap_or(whole.len()));
        let root = root_of(path);
        let mut path = path.to_owned();
        if root > 0 && path.len() == root {
            path.push('/');
        }
        let folder = path[root..]
            .rfind('/')
            .map_or(root, |slash| root + slash + 1);
        Base {
            query: query.to_owned(),
            path,
            root,
            folder,
        }
    }

    /// What `reference` means here, without its fragment.
    pub(super) fn resolve(&self, reference: &str) -> String {
        let reference = reference.trim_ascii();
        if is_plain(reference) {
            return [&self.path[..self.folder], reference].concat();
        }
        let reference = reference.split('#').next().unwrap_or_default();
        let (path, query) = reference.split_at(reference.find('?').unwrap_or(reference.len()));
        let mut address = String::with_capacity(self.folder + reference.len());
        if let Some(scheme) = scheme(path) {
            address.push_str(&scheme.to_ascii_lowercase());
            let rest = &path[scheme.len()..];
            let Some(rest) = rest.strip_prefix("://") else {
                // Of `data:` and the like nothing is known but that they stand for themselves.
                return address + rest + query;
            };
            address.push_str("://");
            push_authority(&mut address, rest);
        } else if let Some(rest) = path.strip_prefix("//") {
            let scheme = scheme(&self.path).map_or(0, |scheme| scheme.len() + 1);
            address.push_str(&self.path[..scheme]);
            address.push_str("//");
            push_authority(&mut address, rest);
        } else if path.is_empty() {
            address.push_str(&self.path);
        } else if let Some(rest) = path.strip_prefix('/') {
            address.push_str(&self.path[..self.root]);
            address.push('/');
            push_path(&mut address, self.root, rest);
        } else {
            address.push_str(&self.path[..self.folder]);
            push_path(&mut address, self.root, path);
        }
        if path.is_empty() && query.is_empty() {
            address.push_str(&self.query);
        } else {
            push_encoded(&mut address, query, b"\"<>'");
        }
        address
    }

    /// Whether this is the very address that others are relative to.
    pub(super) fn is(&self, address: &str) -> bool {
        let query = address.strip_prefix(&*self.path);
        query.is_some_and(|query| query == self.query)
    }

    /// The value of a parameter in the query, decoded.
    pub(super) fn query_parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query.strip_prefix('?')?.split('&');
        let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        pairs.find_map(|(key, value)| (decode(key) == name).then(|| decode(value)))
    }
}

/// Whether the address can be fetched by a page of any site: an `http(s)` URL or a path of the site.
pub(super) fn is_fetchable(address: &str) -> bool {
    let path = address.starts_with('/') && !address.starts_with("//");
    path || address.starts_with("https://") || address.starts_with("http://")
}

/// A name inside the base's folder in which nothing needs a closer look: nearly every segment.
fn is_plain(reference: &str) -> bool {
    let mut at_start = true;
    !reference.is_empty()
        && !reference.starts_with('/')
        && reference.bytes().all(|byte| {
            let dots = at_start && byte == b'.';
            at_start = byte == b'/';
            !dots && (byte.is_ascii_alphanumeric() || b"-._~/!$&()*+,;=@".contains(&byte))
        })
}

/// RFC 3986, section 3.1.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let valid = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    valid.then_some(scheme)
}

/// Where the path of an address without a query starts.
fn root_of(address: &str) -> usize {
    let scheme = scheme(address).map_or(0, |scheme| scheme.len() + 1);
    let Some(rest) = address[scheme..].strip_prefix("//") else {
        return scheme;
    };
    scheme + 2 + rest.find('/').unwrap_or(rest.len())
}

/// Appends an authority and the path after it.
fn push_authority(address: &mut String, rest: &str) {
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    address.push_str(authority);
    address.push('/');
    let root = address.len() - 1;
    push_path(address, root, path.strip_prefix('/').unwrap_or_default());
}

/// Appends a path to an address whose own path starts at `root` and ends with a slash, if it has
/// one: RFC 3986, section 5.2.4, in one pass.
fn push_path(address: &mut String, root: usize, path: &str) {
    let mut parts = path.split('/').peekable();
    while let Some(part) = parts.next() {
        match dots(part) {
            1 => {}
            2 => {
                let above = address[root..].strip_suffix('/').unwrap_or_default();
                let parent = above.rfind('/').map_or(0, |slash| slash + 1);
                let least = usize::from(address[root..].starts_with('/'));
                address.truncate(root + parent.max(least));
            }
            _ => {
                push_encoded(address, part, b"\"<>`{}");
                if parts.peek().is_some() {
                    address.push('/');
                }
            }
        }
    }
}

/// How many dots a dot segment has, 0 for any other part. Browsers take `%2e` for a dot.
fn dots(part: &str) -> usize {
    let first = |part: &str| match part.as_bytes() {
        [b'.', ..] => 1,
        [b'%', b'2', b'e' | b'E', ..] => 3,
        _ => 0,
    };
    let one = first(part);
    let two = first(&part[one..]);
    match (one, one + two == part.len()) {
        (0, _) | (_, false) => 0,
        _ if two == 0 => 1,
        _ => 2,
    }
}

/// Appends a text with everything encoded that browsers encode: controls, spaces, what is not ASCII,
/// and the `special` characters of that place.
fn push_encoded(address: &mut String, text: &str, special: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for char in text.chars() {
        let plain = char.is_ascii_graphic() && !special.contains(&(char as u8));
        if plain {
            address.push(char);
            continue;
        }
        for byte in char.encode_utf8(&mut [0; 4]).bytes() {
            address.push('%');
            address.push(char::from(DIGITS[usize::from(byte >> 4)]));
            address.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
}

/// A part of a query decoded as forms are: `+` for a space, and what is malformed left alone.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let escape = after.get(..2).and_then(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        });
        match (first, escape) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(*first),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3986, section 5.4, without fragments, which are never sent.
    #[test]
    fn references_mean_what_rfc_3986_says() {
        let cases = [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"),
            ("g#s", "http://a/b/c/g"),
            ("g?y#s", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("g;x", "http://a/b/c/g;x"),
            ("g;x?y#s", "http://a/b/c/g;x?y"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("../../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            (".g", "http://a/b/c/.g"),
            ("g..", "http://a/b/c/g.."),
            ("..g", "http://a/b/c/..g"),
            ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/./h", "http://a/b/c/g/h"),
            ("g/../h", "http://a/b/c/h"),
            ("g;x=1/./y", "http://a/b/c/g;x=1/y"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/./x", "http://a/b/c/g?y/./x"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("g#s/./x", "http://a/b/c/g"),
            ("g#s/../x", "http://a/b/c/g"),
            ("http:g", "http:g"),
        ];
        let base = Base::new("http://a/b/c/d;p?q");
        for (reference, expected) in cases {
            assert_eq!(base.resolve(reference), expected, "{reference}");
        }
    }

    #[test]
    fn a_path_of_the_site_is_a_base_too() {
        let cases = [
            ("a.m4s", "/media/x/a.m4s"),
            ("../../../a.m4s", "/a.m4s"),
            ("/b", "/b"),
            ("?v=1", "/media/x/m.mpd?v=1"),
            ("https://h/a", "https://h/a"),
            ("//h/a", "//h/a"),
        ];
        for (reference, expected) in cases {
            assert_eq!(Base::new("/media/x/m.mpd").resolve(reference), expected);
        }
        assert!(!is_fetchable("//h/a") && is_fetchable("/a") && !is_fetchable("a"));
    }

    #[test]
    fn addresses_are_written_as_browsers_write_them() {
        let base = Base::new("HTTPS://Host.example");
        for (reference, expected) in [
            (" a b.m4s\n", "a%20b.m4s"),
            ("č\"{x}.m4s?q={č}'", "%C4%8D%22%7Bx%7D.m4s?q={%C4%8D}%27"),
            ("a/%2e%2E/b%2fc", "b%2fc"),
            ("a/b:c", "a/b:c"),
            ("%2e/d", "d"),
        ] {
            let expected = format!("https://Host.example/{expected}");
            assert_eq!(base.resolve(reference), expected);
        }
    }

    #[test]
    fn query_parameters_are_decoded() {
        let base = Base::new("/m.m3u8?a=1&b%20c=x+%C4%8D%zz&d");
        assert_eq!(base.query_parameter("a").as_deref(), Some("1"));
        assert_eq!(base.query_parameter("b c").as_deref(), Some("x č%zz"));
        assert_eq!(base.query_parameter("d").as_deref(), Some(""));
        assert_eq!(base.query_parameter("e"), None);
    }
}
