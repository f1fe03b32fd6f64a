//! Tries to carry data away by a socket of its own.

use domicile_sdk::prelude::*;

domicile_sdk::app! { manifest: "examples/hostile_sockets.toml", page: handle }

fn handle(request: Request) -> Response {
    // To whom, it is told: its test listens there.
    let address = request.path.trim_start_matches('/');
    let sent = std::net::TcpStream::connect(address)
        .and_then(|mut stream| std::io::Write::write_all(&mut stream, b"the secret"));
    Response::page("Hello", view! { p { (format!("{sent:?}")) } })
}
