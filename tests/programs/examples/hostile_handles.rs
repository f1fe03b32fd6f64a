//! Uses handles that nobody gave it, or more of them than anyone needs.
#![allow(unsafe_code)]

use domicile_sdk::prelude::*;
use wasip2::cli::stdout::get_stdout;
use wasip2::io::streams::OutputStream;

domicile_sdk::app! { manifest: "examples/hostile_handles.toml", page: handle }

fn handle(request: Request) -> Response {
    match request.path.as_str() {
        "/forged" => write_to(4_242),
        "/own" => write_to(get_stdout().take_handle()),
        "/many" => (0..20_000).for_each(|_| std::mem::forget(get_stdout())),
        _ => {}
    }
    Response::page("Handles", view! { p { "survived" } })
}

fn write_to(handle: u32) {
    // SAFETY: none is needed: the engine checks every handle, which is what is tested.
    let stream = unsafe { OutputStream::from_handle(handle) };
    let _ = stream.check_write();
}
