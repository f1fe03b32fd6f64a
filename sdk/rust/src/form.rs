//! What the owner typed, as a struct of the author: a small serde reader of name and value pairs.
//!
//! Every value is text. An empty value is `None` for an `Option`, a number may have a decimal comma
//! and spaces, a check box is `true` when it is there, and a name that is repeated fills a `Vec`.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::BTreeMap;
use std::fmt;

/// Why a form or a query was not what the page asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormError(String);

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FormError {}

impl serde::de::Error for FormError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        FormError(message.to_string())
    }
}

/// Read pairs as `T`.
pub fn from_pairs<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, FormError> {
    let mut fields: BTreeMap<&str, Values<'_>> = BTreeMap::new();
    for (name, value) in pairs {
        fields.entry(name).or_default().0.push(value);
    }
    T::deserialize(MapDeserializer::new(fields.into_iter()))
}

/// A number as people type it: `12`, `-1 234,5`, `+0.5`. None that is infinite.
pub fn parse_number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.replace(',', ".");
    // The JSON reader is in every component already; that of the standard library is not.
    serde_json::from_str(plain.strip_prefix('+').unwrap_or(&plain)).ok()
}

/// All values of one name.
#[derive(Default)]
struct Values<'a>(Vec<&'a str>);

impl<'a> Values<'a> {
    fn last(&self) -> &'a str {
        self.0.last().copied().unwrap_or_default()
    }

    fn parse<T: std::str::FromStr>(&self) -> Result<T, FormError> {
        let text: String = self.last().chars().filter(|c| !c.is_whitespace()).collect();
        text.parse().map_err(|_| FormError(format!("`{}` is not a whole number", self.last())))
    }
}

impl<'de> IntoDeserializer<'de, FormError> for Values<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! whole_numbers {
    ($($method:ident => $visit:ident),*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
            visitor.$visit(self.parse()?)
        }
    )* };
}

impl<'de> Deserializer<'de> for Values<'_> {
    type Error = FormError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_str(self.last())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        if self.last().trim().is_empty() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        visitor.visit_bool(!matches!(self.last(), "" | "false" | "0" | "off"))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        match parse_number(self.last()) {
            Some(value) => visitor.visit_f64(value),
            None => Err(FormError(format!("`{}` is not a number", self.last()))),
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        self.deserialize_f64(visitor)
    }

    whole_numbers! {
        deserialize_u8 => visit_u8, deserialize_u16 => visit_u16, deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64, deserialize_i8 => visit_i8, deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32, deserialize_i64 => visit_i64
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FormError> {
        let each = self.0.into_iter().map(|value| Values(vec![value]));
        visitor.visit_seq(SeqDeserializer::new(each))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, FormError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FormError> {
        visitor.visit_enum(self.last().into_deserializer())
    }

    forward_to_deserialize_any! {
        i128 u128 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    #[serde(rename_all = "lowercase")]
    enum Sign {
        In,
        Out,
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Filter {
        q: Option<String>,
        sign: Option<Sign>,
        #[serde(default)]
        account: Vec<String>,
        min: Option<f64>,
        page: u32,
        #[serde(default)]
        all: bool,
    }

    fn read(pairs: &[(&str, &str)]) -> Result<Filter, String> {
        let owned: Vec<_> = pairs.iter().map(|(n, v)| (n.to_string(), v.to_string())).collect();
        from_pairs(&owned).map_err(|e: FormError| e.to_string())
    }

    #[test]
    fn a_form_fills_a_struct() {
        let pairs = [
            ("q", "  "),
            ("sign", "out"),
            ("account", "a"),
            ("account", "b"),
            ("min", "1 234,5"),
            ("page", "3"),
            ("all", "on"),
            ("unknown", "ignored"),
        ];
        let account = vec!["a".to_owned(), "b".to_owned()];
        let (sign, min) = (Some(Sign::Out), Some(1234.5));
        assert_eq!(read(&pairs), Ok(Filter { q: None, sign, account, min, page: 3, all: true }));
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let read = ["1 234,5", "+0.5", "-7", " 8\u{202f}000 "].map(parse_number);
        assert_eq!(read, [Some(1234.5), Some(0.5), Some(-7.0), Some(8000.0)]);
        for odd in ["", "x", "1,2,3", "1e999", "NaN", "--1"] {
            assert_eq!(parse_number(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let error = |pairs: &[_]| read(pairs).unwrap_err();
        assert_eq!(error(&[]), "missing field `page`");
        assert_eq!(error(&[("page", "x")]), "`x` is not a whole number");
        assert_eq!(error(&[("page", "1"), ("min", "NaN")]), "`NaN` is not a number");
        assert!(error(&[("page", "1"), ("sign", "up")]).contains("unknown variant `up`"));
    }
}
