//! `words!`: an app's texts in one table, checked when it is compiled.

/// An app's texts in English and French: a key becomes a method, so a missing key doesn't compile.
///
/// ```ignore
/// words! {
///     /// The words of Banks.
///     pub Words {
///         title = "Accounts" | "Comptes";
///         iban = "IBAN";                                               // the same in both
///         hello(name) = "Hello {name}" | "Bonjour {name}";             // with values
///         found[n] = "{n} result", "{n} results" | "{n} résultat", "{n} résultats"; // counted
///     }
/// }
/// let words = Words(Locale::Fr);
/// assert_eq!(words.found(2), "2 résultats");
/// ```
#[macro_export]
macro_rules! words {
    (
        $(#[$meta:meta])*
        $vis:vis $name:ident { $(
            $key:ident $( ( $($arg:ident),+ ) )? $( [ $count:ident ] )?
                = $($en:literal),+ $( | $($fr:literal),+ )? ;
        )* }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        $vis struct $name(#[doc = "Whose words."] pub $crate::Locale);

        #[allow(dead_code)]
        impl $name { $(
            $crate::__word! {
                $key $( ( $($arg),+ ) )? $( [ $count ] )? = $($en),+ $( | $($fr),+ )?
            }
        )* }
    };
}

/// One method of `words!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __word {
    ($key:ident $( ( $($arg:ident),+ ) )? = $en:literal) => {
        $crate::__word! { $key $( ( $($arg),+ ) )? = $en | $en }
    };
    ($key:ident = $en:literal | $fr:literal) => {
        #[doc = $en]
        pub fn $key(self) -> &'static str {
            self.0.pick($en, $fr)
        }
    };
    ($key:ident ( $($arg:ident),+ ) = $en:literal | $fr:literal) => {
        #[doc = $en]
        pub fn $key(self, $($arg: impl ::core::fmt::Display),+) -> ::std::string::String {
            match self.0 {
                $crate::Locale::En => ::std::format!($en),
                $crate::Locale::Fr => ::std::format!($fr),
            }
        }
    };
    (
        $key:ident [ $count:ident ]
            = $one:literal, $many:literal | $un:literal, $plusieurs:literal
    ) => {
        #[doc = $many]
        pub fn $key(self, $count: u64) -> ::std::string::String {
            let singular = self.0.is_singular($count);
            let $count = self.0.integer($count);
            match (self.0, singular) {
                ($crate::Locale::En, true) => ::std::format!($one),
                ($crate::Locale::En, false) => ::std::format!($many),
                ($crate::Locale::Fr, true) => ::std::format!($un),
                ($crate::Locale::Fr, false) => ::std::format!($plusieurs),
            }
        }
    };
}
