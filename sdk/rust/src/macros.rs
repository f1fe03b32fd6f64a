//! The entries of components. Each embeds the manifest and exports one world; an author writes one
//! of them at the root of a crate of type `cdylib`.

/// Make this crate an app: pages over granted documents.
///
/// `manifest` is the path of the manifest from the folder of `Cargo.toml`; `page` is a
/// `fn(Request) -> Response`.
///
/// ```ignore
/// domicile_sdk::app! { manifest: "manifest.toml", page: handle }
/// ```
#[macro_export]
macro_rules! app {
    (manifest: $manifest:literal, page: $page:path $(,)?) => {
        const _: () = {
            $crate::__manifest!($manifest);
            struct Entry;
            impl $crate::bindings::app_exports::Guest for Entry {
                fn handle(
                    request: $crate::bindings::app_exports::Request,
                ) -> $crate::bindings::app_exports::Response {
                    let page: fn($crate::Request) -> $crate::Response = $page;
                    page(request.into()).into()
                }
            }
    $crate::bindings::app::export_app!(Entry with_types_in $crate::bindings::app);
        };
    };
}

/// Make this crate a service: work in the background over granted documents.
///
/// `task` is a `fn(Trigger) -> Result<(), String>`; a failure's text is for the owner.
///
/// ```ignore
/// domicile_sdk::service! { manifest: "manifest.toml", task: run }
/// ```
#[macro_export]
macro_rules! service {
    (manifest: $manifest:literal, task: $task:path $(,)?) => {
        const _: () = {
            $crate::__manifest!($manifest);
            struct Entry;
            impl $crate::bindings::service_exports::Guest for Entry {
                fn run(
                    trigger: $crate::bindings::service_exports::Trigger,
                ) -> ::core::result::Result<(), ::std::string::String> {
                    let task: fn(
                        $crate::Trigger,
                    ) -> ::core::result::Result<(), ::std::string::String> = $task;
                    task(trigger.into())
                }
            }
            $crate::bindings::service::export_service!(
                Entry with_types_in $crate::bindings::service
            );
        };
    };
}

/// Make this crate an importer: one dropped file in, documents out.
///
/// `importer` is a type that is [`Importer`](crate::importer::Importer). Without `manifest`, one is
/// packed into it.
///
/// ```ignore
/// domicile_sdk::importer! { manifest: "manifest.toml", importer: Ofx }
/// ```
#[macro_export]
macro_rules! importer {
    (manifest: $manifest:literal, importer: $importer:ty $(,)?) => {
        const _: () = {
            $crate::__manifest!($manifest);
        };
        $crate::importer! { importer: $importer }
    };
    (importer: $importer:ty $(,)?) => {
        const _: () = {
            struct Entry;
            impl $crate::bindings::importer_exports::Guest for Entry {
                fn recognise(name: ::std::string::String, head: ::std::vec::Vec<u8>) -> u8 {
                    <$importer as $crate::importer::Importer>::recognise(&name, &head)
                }

                fn run() -> ::core::result::Result<
                    $crate::bindings::importer_exports::Report,
                    ::std::string::String,
                > {
                    let $crate::importer::Report { summary, warnings } =
                        $crate::importer::run::<$importer>()?;
                    ::core::result::Result::Ok($crate::bindings::importer_exports::Report {
                        summary,
                        warnings,
                    })
                }
            }
            $crate::bindings::importer::export_importer!(
                Entry with_types_in $crate::bindings::importer
            );
        };
    };
}

/// Make this crate a konnector: requests to one provider, documents out.
///
/// `konnector` is a type that is [`Konnector`](crate::konnector::Konnector). One for many providers
/// has no `manifest`: each is packed into it.
///
/// ```ignore
/// domicile_sdk::konnector! { manifest: "manifest.toml", konnector: Bank }
/// ```
#[macro_export]
macro_rules! konnector {
    (manifest: $manifest:literal, konnector: $konnector:ty $(,)?) => {
        const _: () = {
            $crate::__manifest!($manifest);
        };
        $crate::konnector! { konnector: $konnector }
    };
    (konnector: $konnector:ty $(,)?) => {
        const _: () = {
            struct Entry;
            impl $crate::bindings::collect_exports::Guest for Entry {
                fn run() -> ::core::result::Result<
                    $crate::bindings::collect_exports::Report,
                    $crate::bindings::collect_exports::Failure,
                > {
                    $crate::konnector::run::<$konnector>()
                }
            }
            $crate::bindings::konnector::export_konnector!(
                Entry with_types_in $crate::bindings::konnector
            );
        };
    };
}

/// The manifest as a custom section of the component, which outlives stripping and link-time
/// optimisation.
#[doc(hidden)]
#[macro_export]
macro_rules! __manifest {
    ($manifest:literal) => {
        const TEXT: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $manifest));
        #[cfg_attr(target_arch = "wasm32", unsafe(link_section = "domicile:manifest"))]
        #[used]
        static MANIFEST: [u8; TEXT.len()] =
            *include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $manifest));
    };
}
