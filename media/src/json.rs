//! Reading JSON. What is derived for a struct reads it from an object or from an array, and the half for
//! arrays, which nothing ever uses, is a good part of the wasm. Here structs are objects, so that the
//! compiler leaves that half out.

use std::fmt;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

/// Reads a text.
///
/// # Errors
/// If the text is no JSON, or not of this type.
pub fn parse<T: DeserializeOwned>(text: &str) -> serde_json::Result<T> {
    let mut source = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Objects(&mut source))?;
    source.end()?;
    Ok(value)
}

/// What reads a value, and asks for an object where a struct is wanted.
struct Objects<D>(D);

/// What takes a value in, and reads what is inside of it in the same way.
struct Inside<V>(V);

/// What leads to the values inside of another one.
struct Members<A>(A);

/// A struct inside of an enum.
struct AsObject<V>(V);

macro_rules! plain {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method(visitor)
        }
    )*};
}

macro_rules! inside {
    ($($method:ident($($name:ident: $kind:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $kind,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($name,)* Inside(visitor))
        }
    )*};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Objects<D> {
    type Error = D::Error;

    plain! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_unit deserialize_identifier deserialize_ignored_any
    }

    inside! {
        deserialize_option()
        deserialize_seq()
        deserialize_map()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Inside(visitor))
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Inside<V> {
    type Value = V::Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(out)
    }

    fn visit_none<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, source: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Objects(source))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, source: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Objects(source))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Members(members))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Members(members))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Members(variant))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Inside<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Objects(source))
    }
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for AsObject<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<V::Value, D::Error> {
        source.deserialize_map(Inside(self.0))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Members<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Inside(seed))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(seed)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Inside(seed))
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Members<A> {
    type Error = A::Error;
    type Variant = Members<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Self::Variant), A::Error> {
        let (value, variant) = self.0.variant_seed(seed)?;
        Ok((value, Members(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Members<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(Inside(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, Inside(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.newtype_variant_seed(AsObject(visitor))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Choice {
        Nothing,
        One(Box<Whole>),
        Named { id: String },
    }

    #[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    struct Whole {
        title: String,
        count: u64,
        length: f64,
        maybe: Option<Box<Whole>>,
        list: Vec<Whole>,
        named: BTreeMap<String, Whole>,
        pair: (u8, bool),
        choices: Vec<Choice>,
        anything: Value,
    }

    #[test]
    fn what_was_written_is_read_at_any_depth() {
        let inner = |title: &str| Whole {
            title: title.to_owned(),
            ..Whole::default()
        };
        let whole = Whole {
            title: "“a”\n\u{1f4fc}".to_owned(),
            count: u64::MAX,
            length: 12.5,
            maybe: Some(Box::new(inner("b"))),
            list: vec![inner("c"), inner("d")],
            named: BTreeMap::from([("e".to_owned(), inner("f"))]),
            pair: (1, true),
            choices: vec![
                Choice::Nothing,
                Choice::One(Box::new(inner("g"))),
                Choice::Named { id: "h".to_owned() },
            ],
            anything: json!({"i": [1, -2, 0.5, null, {"j": []}]}),
        };
        let text = serde_json::to_string(&whole).unwrap();
        assert_eq!(parse::<Whole>(&text).unwrap(), whole);
    }

    #[test]
    fn what_is_missing_or_unknown_does_no_harm() {
        let read: Whole = parse(r#" {"maybe": null, "later": [{"x": {}}], "count": 3} "#).unwrap();
        let expected = Whole {
            count: 3,
            ..Whole::default()
        };
        assert_eq!(read, expected);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "[]",
            "{} x",
            "{\"list\": [[]]}",
            "{\"count\": \"3\"}",
            "{\"choices\": [{\"named\": [\"id\"]}]}",
            "{\"choices\": [\"unknown\"]}",
        ] {
            assert!(parse::<Whole>(text).is_err(), "{text}");
        }
    }
}
