//! x
#[doc(hidden)]
pub mod bindings;
#[macro_export]
macro_rules! app {
    (manifest: $m:literal, page: $f:path $(,)?) => {
        #[allow(unsafe_code)]
        const _: () = {
            const B: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $m));
            #[cfg(target_arch = "wasm32")]
            #[unsafe(link_section = "domicile:manifest")]
            #[used]
            static MANIFEST: [u8; B.len()] = *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $m));
            struct E;
            impl $crate::bindings::app::exports::domicile::app::page::Guest for E {
                fn handle(r: $crate::bindings::app::exports::domicile::app::page::Request) -> $crate::bindings::app::exports::domicile::app::page::Response { $f(r) }
            }
            $crate::bindings::app::export_app!(E with_types_in $crate::bindings::app);
        };
    };
}
