//! Bytes on a socket that are no request, two requests in one, or a request that a proxy in front
//! would understand otherwise.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use domicile::front::Front;
use domicile::front::limits::{HEAD_BYTES_MAX, HEAD_TIMEOUT};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::World;

/// A server for a world, as `domicile up` has one.
async fn serve(world: &World) -> SocketAddr {
    let address = "127.0.0.1:0".parse().unwrap();
    let (front, listener) = Front::listen(world.house.clone(), address).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { front.serve(listener).await });
    address
}

/// All that comes back until the server hangs up. `HOST` stands for the home's.
async fn say(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let text = text.replace("HOST", &format!("home.localhost:{}", address.port()));
    // A server that has heard enough hangs up while it is still spoken to.
    let _ = stream.write_all(text.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn statuses(answer: &str) -> Vec<&str> {
    answer.split("HTTP/1.1 ").skip(1).map(|rest| &rest[..3]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_hides_no_second_request() {
    let world = World::new().await;
    let address = serve(&world).await;
    let second = "GET /sign-in HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n";
    let post = "POST /sign-in HTTP/1.1\r\nHost: HOST\r\n";
    // Two in a row are two: whatever hides one would be found.
    let plain = format!("{post}Content-Length: 0\r\n\r\n{second}");
    assert_eq!(statuses(&say(address, &plain).await).len(), 2);
    for lengths in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: identity\r\nContent-Length: 0\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: 0\r\nContent-Length: 5\r\n",
        "Content-Length: +0\r\n",
        "Content-Length: 0, 5\r\n",
    ] {
        let answer = say(address, &format!("{post}{lengths}\r\n0\r\n\r\n{second}")).await;
        let statuses = statuses(&answer);
        assert_eq!(statuses.len(), 1, "{lengths}: {answer}");
        assert!(["400", "411"].contains(&statuses[0]), "{lengths}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_names_one_host_and_means_it() {
    let world = World::new().await;
    let address = serve(&world).await;
    let ask = async |line: &str, heads: &str| {
        let text = format!("GET {line} HTTP/1.1\r\n{heads}Connection: close\r\n\r\n");
        statuses(&say(address, &text).await)[0].parse::<u16>().unwrap()
    };
    assert_eq!(ask("/sign-in", "Host: HOST\r\n").await, 200);
    assert_eq!(ask("http://HOST/sign-in", "Host: HOST\r\n").await, 200);
    for (line, heads) in [
        ("/sign-in", "Host: HOST\r\nHost: banks.HOST\r\n"),
        ("/sign-in", "Host: HOST\r\nHost: HOST\r\n"),
        ("http://banks.HOST/sign-in", "Host: HOST\r\n"),
        ("http://HOST/sign-in", "Host: evil.test\r\n"),
        ("http://owner@HOST/sign-in", "Host: HOST\r\n"),
        ("/sign-in", "Host: HOST@evil.test\r\n"),
        ("/sign-in", "X-Forwarded-Host: HOST\r\n"),
    ] {
        assert_eq!(ask(line, heads).await, 421, "{line} {heads}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_lead_to_no_file() {
    let world = World::new().await;
    let address = serve(&world).await;
    let head = "Host: HOST\r\nConnection: close\r\n\r\n";
    let page = say(address, &format!("GET /sign-in HTTP/1.1\r\n{head}")).await;
    let style = page.split("href=\"/-/").nth(1).unwrap().split('"').next().unwrap();
    let there = say(address, &format!("GET /-/{style} HTTP/1.1\r\n{head}")).await;
    assert!(there.contains("text/css"), "{there}");
    for path in [
        "/-/../../../../etc/passwd",
        "/-/..%2f..%2f..%2fetc%2fpasswd",
        "/-/%2e%2e/%2e%2e/house.key",
        "/-//etc/passwd",
        "/-/house.key",
        "/homes/home/home.key",
    ] {
        let answer = say(address, &format!("GET {path} HTTP/1.1\r\n{head}")).await;
        assert_ne!(statuses(&answer), ["200"], "{path}: {answer}");
        assert!(!answer.contains("root:"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_an_end_is_cut_off() {
    let world = World::new().await;
    let address = serve(&world).await;
    let start = "GET /sign-in HTTP/1.1\r\nHost: HOST\r\n";
    let long = format!("{start}X-Long: {}\r\n\r\n", "x".repeat(2 * HEAD_BYTES_MAX));
    let answer = say(address, &long).await;
    assert_ne!(statuses(&answer).first(), Some(&"200"), "{answer}");
    let short = format!("{start}X-Long: {}\r\nConnection: close\r\n\r\n", "x".repeat(8 << 10));
    assert_eq!(statuses(&say(address, &short).await), ["200"]);
    // And one that is never finished is waited for this long, and no longer.
    let began = Instant::now();
    let answer = say(address, start).await;
    let took = began.elapsed();
    assert_ne!(statuses(&answer).first(), Some(&"200"), "{answer}");
    assert!(took < HEAD_TIMEOUT + Duration::from_secs(10), "{took:?}");
    assert!(took > HEAD_TIMEOUT / 2, "it was not waited for at all: {took:?}");
}
