use proptest::prelude::*;
use wasm_encoder::{ComponentBuilder, ComponentTypeRef, MemoryType, Module, TypeBounds};

use super::fixture::{APP, IMPORTER, IMPORTS, app, component, module, packed, pages, section};
use super::walk::{EXPORTS_MAX, IMPORTS_MAX, NESTING_MAX};
use super::*;
use crate::catalogue::CATALOGUE;
use crate::pack::pack;

const PAGE: &str = "domicile:app/page@1.0.0";

fn refusals(bytes: &[u8]) -> Vec<String> {
    survey(bytes).refusals.iter().map(Refusal::to_string).collect()
}

/// What is said about an app that also imports `import`.
fn importing(import: &str) -> Vec<String> {
    refusals(&packed(&[IMPORTS, &[import]].concat(), &[PAGE], APP))
}

#[test]
fn a_sound_app_passes() {
    let inspection = inspect(&app()).unwrap();
    assert_eq!(inspection.manifest.id.as_str(), "banks");
    assert_eq!(inspection.manifest_text, APP);
    assert_eq!(inspection.entrance, Entrance::Page);
    assert_eq!(inspection.imports.len(), IMPORTS.len());
    assert_eq!(inspection.imports[1].to_string(), IMPORTS[1]);
    assert_eq!(inspection.exports, [PAGE]);
    assert_eq!(inspection.size_bytes, app().len());
}

#[test]
fn the_manifest_may_lie_in_a_core_module_and_survives_packing() {
    let mut nested = component(IMPORTS, &[PAGE]);
    nested.core_module(None, &module(pages(17), Some(APP)));
    let inspection = inspect(&nested.finish()).unwrap();
    assert_eq!(inspection.manifest_text, APP);
    assert_eq!(inspection.memory_bytes, 17 * 65536);

    let packed = pack(&component(IMPORTS, &[PAGE]).finish(), APP).unwrap();
    assert_eq!(inspect(&packed).unwrap().manifest_text, APP);
    let twice = pack(&packed, APP).unwrap_err().to_string();
    assert!(twice.starts_with("the component has a manifest already"), "{twice}");
    let bad = pack(&component(&[], &[]).finish(), "x = 1").unwrap_err().to_string();
    assert!(bad.starts_with("`x` is no key of the manifest"), "{bad}");
    let module = pack(&Module::new().finish(), APP).unwrap_err().to_string();
    assert!(module.contains("core WebAssembly module"), "{module}");
}

#[test]
fn bytes_that_are_no_component_are_named() {
    let padded = vec![0; COMPONENT_BYTES_MAX + 1];
    let truncated = &app()[..app().len() - 1];
    for (bytes, sentence) in [
        (&b""[..], "it is no WebAssembly: give the `.wasm` file of a component"),
        (b"PK\x03\x04", "it is no WebAssembly"),
        (b"\n (component)", "it is WebAssembly as text: give the binary `.wasm` file"),
        (&Module::new().finish(), "it is a core WebAssembly module, not a component: build it for"),
        (b"\0asm\x0c\0\x01\0", "it is no WebAssembly"),
        (truncated, "it is no valid component: "),
        (&padded, "bytes, more than 67108864: make it smaller"),
    ] {
        let found = refusals(bytes);
        assert!(found.len() == 1 && found[0].contains(sentence), "{sentence}\n{found:?}");
        assert!(inspect(bytes).is_err());
    }
}

#[test]
fn webassembly_beyond_the_features_is_invalid() {
    let holding = |memory: MemoryType| {
        let mut holder = component(&[], &[PAGE]);
        holder.core_module(None, &module(memory, Some(&APP.replace("[[grant]]", "#"))));
        refusals(&holder.finish())
    };
    let shared = MemoryType { maximum: Some(2), shared: true, ..pages(1) };
    // 64-bit memories, and pages of one byte, are beyond it too.
    let wide = MemoryType { memory64: true, ..pages(1) };
    let small = MemoryType { page_size_log2: Some(0), ..pages(1) };
    for memory in [shared, wide, small] {
        let found = holding(memory);
        assert!(found[0].starts_with("it is no valid component: "), "{found:?}");
    }
    // The control: an ordinary memory is only blamed for the manifest.
    assert!(holding(pages(1)).iter().all(|refusal| !refusal.contains("valid component")));
}

#[test]
fn what_is_never_there_has_its_own_sentence() {
    for (import, sentence) in [
        (
            "wasi:sockets/tcp@0.2.6",
            "it imports `wasi:sockets/tcp@0.2.6`: components have no network, and sockets don't exist here",
        ),
        ("wasi:sockets/ip-name-lookup@0.2.0", "components have no network"),
        (
            "wasi:http/outgoing-handler@0.2.4",
            "components that see your data have no network and send no requests",
        ),
        ("wasi:http/client@0.3.0", "send no requests"),
        (
            "wasi:filesystem/preopens@0.2.6",
            "there is no file system; documents come from `domicile:docs`",
        ),
        (
            "wasi:http/types@0.2.4",
            "which only an app that exports `wasi:http/incoming-handler` may",
        ),
        (
            "domicile:docs/writes@1.0.0",
            "which this host doesn't offer; did you mean `domicile:docs/write`?",
        ),
        (
            "acme:weather/now@1.0.0",
            "it imports `acme:weather/now@1.0.0`, which this host doesn't offer: take the import out",
        ),
        ("domicile:docs/read@2.0.0", "but this host has 1.0.x: build it against that version"),
        ("domicile:docs/read@1.1.0", "but this host has 1.0.x"),
        ("domicile:docs/read@1.0.1-rc1", "but this host has 1.0.x"),
        ("wasi:io/poll@0.3.0", "but this host has 0.2.x"),
        ("domicile:docs/read", "but this host has 1.0.x"),
        (
            "domicile:konnector/deposit@1.0.0",
            "which an app can't have: it is for components of kind `importer`",
        ),
        (
            "domicile:docs/write@1.0.0",
            "but no grant of its manifest has the action `write`: declare it or drop the import",
        ),
        ("plain", "it imports `plain`, which is no interface"),
    ] {
        let imports =
            if import.starts_with("domicile:docs/read") { &IMPORTS[..1] } else { IMPORTS };
        let found = refusals(&packed(&[imports, &[import]].concat(), &[PAGE], APP));
        assert!(found.len() == 1 && found[0].contains(sentence), "{sentence}\n{found:?}");
    }
}

#[test]
fn what_is_in_the_catalogue_passes_in_any_patch() {
    for import in [
        "domicile:app/viewer@1.0.7",
        "domicile:app/notices@1.0.0",
        "domicile:app/state@1.0.0",
        "domicile:app/ui@1.0.0",
        "wasi:clocks/wall-clock@0.2.0",
        "wasi:random/random@0.2.12",
    ] {
        assert_eq!(importing(import), Vec::<String>::new(), "{import}");
    }
}

#[test]
fn importers_see_nothing_of_the_home() {
    let door = "domicile:konnector/importer@1.0.0";
    let sound = ["domicile:konnector/input@1.0.0", "domicile:konnector/deposit@1.0.0"];
    assert_eq!(refusals(&packed(&sound, &[door], IMPORTER)), Vec::<String>::new());
    for entry in CATALOGUE.iter().filter(|entry| !entry.kinds.contains(&Kind::Importer)) {
        let version = entry.release.to_string().replace('x', "0");
        let import = format!("{}/{}@{version}", entry.package, entry.interface);
        let found = refusals(&packed(&[&sound[..], &[&import]].concat(), &[door], IMPORTER));
        assert_eq!(found.len(), 1, "{import}: {found:?}");
    }
}

#[test]
fn only_interfaces_are_imported() {
    let mut direct = component(IMPORTS, &[PAGE]);
    direct.import("a:b/c@1.0.0", ComponentTypeRef::Type(TypeBounds::SubResource));
    direct.custom_section(&section(APP.as_bytes()));
    let found = refusals(&direct.finish());
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("`a:b/c@1.0.0`, which is no interface"), "{found:?}");
}

#[test]
fn each_kind_has_its_entrance() {
    let service = APP.replace("\"app\"", "\"service\"");
    for (exports, manifest, sentence) in [
        (
            &[][..],
            APP,
            "an app must export domicile:app/page@1.0.x or wasi:http/incoming-handler@0.2.x",
        ),
        (&["domicile:jobs/task@1.0.0"], APP, "an app must export"),
        (&["domicile:app/page@1.1.0"], APP, "an app must export"),
        (&[PAGE], &service, "a service must export domicile:jobs/task@1.0.x, and this one doesn't"),
        (&[PAGE], IMPORTER, "an importer must export domicile:konnector/importer@1.0.x"),
    ] {
        let found = refusals(&packed(&[], exports, manifest));
        assert!(found[0].contains(sentence), "{sentence}\n{found:?}");
    }
    let served = |exports: &[&str]| {
        let imports = [IMPORTS, &["wasi:http/types@0.2.4"]].concat();
        survey(&packed(&imports, exports, APP))
    };
    let http = served(&["wasi:http/incoming-handler@0.2.4"]);
    assert!(http.refusals.is_empty(), "{:?}", http.refusals);
    assert_eq!(http.entrance, Some(Entrance::Http));
    assert!(!served(&[PAGE]).refusals.is_empty());
    let task = packed(IMPORTS, &["domicile:jobs/task@1.0.0", "init:extra/hooks"], &service);
    assert_eq!(inspect(&task).unwrap().entrance, Entrance::Task);
}

#[test]
fn there_is_exactly_one_manifest_and_it_is_read() {
    let mut twice = component(IMPORTS, &[PAGE]);
    twice.custom_section(&section(APP.as_bytes()));
    twice.core_module(None, &module(pages(1), Some(APP)));
    let mut binary = component(IMPORTS, &[PAGE]);
    binary.custom_section(&section(b"\xff\xfe"));
    for (bytes, sentence) in [
        (
            component(IMPORTS, &[PAGE]).finish(),
            "it has no manifest: add a custom section `domicile:manifest`",
        ),
        (twice.finish(), "it has 2 manifests: keep exactly one"),
        (binary.finish(), "its manifest is refused: the manifest is not UTF-8"),
        (
            packed(IMPORTS, &[PAGE], &APP.replace("id =", "ident =")),
            "its manifest is refused: `component.ident` is no key",
        ),
    ] {
        let found = refusals(&bytes);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains(sentence), "{sentence}\n{found:?}");
    }
    // Without a manifest, what no component may import is still told.
    let found =
        refusals(&component(&["wasi:sockets/udp@0.2.6", "domicile:docs/read@1.0.0"], &[]).finish());
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn over_declared_actions_are_told_and_no_reason_to_refuse() {
    let survey = survey(&packed(&IMPORTS[..2], &[PAGE], APP));
    assert!(survey.refusals.is_empty(), "{:?}", survey.refusals);
    assert_eq!(survey.over_declared.len(), 1);
    assert_eq!(survey.over_declared[0].action, Action::Query);
    assert_eq!(survey.over_declared[0].interface, "domicile:docs/query");
}

#[test]
fn lists_and_nesting_are_bounded() {
    let names: Vec<String> = (0..=IMPORTS_MAX).map(|i| format!("acme:a{i}/b@1.0.0")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(refusals(&component(&names, &[]).finish()), ["it has more than 200 imports"]);
    assert_eq!(refusals(&component(&names[1..], &[]).finish()).len(), IMPORTS_MAX + 1);
    assert_eq!(refusals(&component(&[], &names).finish()), ["it has more than 200 exports"]);
    assert_eq!(EXPORTS_MAX, IMPORTS_MAX);

    let nested = |levels: usize| {
        let wrap = |inner: ComponentBuilder, _| {
            let mut outer = ComponentBuilder::default();
            outer.component(None, inner);
            outer
        };
        refusals(&(0..levels).fold(ComponentBuilder::default(), wrap).finish())
    };
    assert!(nested(NESTING_MAX)[0].contains("no manifest"));
    assert_eq!(
        nested(NESTING_MAX + 1),
        ["it has more than 16 components and modules inside each other"]
    );
}

#[test]
fn imports_of_nested_components_are_their_holder_s_business() {
    let mut holder = component(IMPORTS, &[PAGE]);
    holder.component(None, component(&["wasi:sockets/tcp@0.2.6"], &[]));
    holder.custom_section(&section(APP.as_bytes()));
    assert_eq!(refusals(&holder.finish()), Vec::<String>::new());
}

#[test]
fn every_refusal_has_words_in_both_languages() {
    let import = || ImportName::parse("a:b/c@1.0.0").unwrap();
    let all = [
        Refusal::Size { bytes: 1 },
        Refusal::NotWasm,
        Refusal::Text,
        Refusal::CoreModule,
        Refusal::Invalid { offset: 1, message: "m".into() },
        Refusal::Nesting,
        Refusal::TooMany { what: "imports", max: 1 },
        Refusal::NoManifest,
        Refusal::Manifests { count: 2 },
        Refusal::Manifest(ManifestError::NotText),
        Refusal::Entrance { kind: Kind::App, wanted: vec!["a".into()] },
        Refusal::NoInterface { import: "a".into() },
        Refusal::Sockets { import: import() },
        Refusal::OutgoingHttp { import: import() },
        Refusal::FileSystem { import: import() },
        Refusal::HttpTypes,
        Refusal::Unknown { import: import(), nearest: None },
        Refusal::Version { import: import(), linked: "1.0.x".into() },
        Refusal::Kind { import: import(), kind: Kind::App },
        Refusal::Undeclared { import: "a".into(), action: Action::Read },
        Refusal::UndeclaredFiles { import: "a".into(), action: Action::Read },
    ];
    let mut codes = std::collections::BTreeSet::new();
    for refusal in &all {
        let text = refusal.text();
        assert_ne!(text.en, text.fr);
        assert!(codes.insert(refusal.code()), "{}", refusal.code());
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = survey(&bytes);
        let component = [b"\0asm\x0d\0\x01\0".as_slice(), &bytes].concat();
        prop_assert!(inspect(&component).is_err());
    }

    #[test]
    fn no_mutation_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut nested = component(IMPORTS, &[PAGE]);
        nested.core_module(None, &module(pages(1), Some(APP)));
        let mut bytes = nested.finish();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = survey(&bytes);
        let _ = survey(&bytes[..cut.index(bytes.len())]);
    }
}
