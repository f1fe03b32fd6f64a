//! Mail servers on loopback behind the provider's TLS, each of its own kind, and what they were
//! told. Which one answers is said by the name that was asked for.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::provider::PASSWORD;

/// Their names: the good one, one that takes LOGIN alone, and those that do not work.
pub const HOSTS: [&str; 9] = [
    "mail.acme.example",
    "login-alone.acme.example",
    "refuses.acme.example",
    "greets.acme.example",
    "boasts.acme.example",
    "mute.acme.example",
    "garbage.acme.example",
    "knows.acme.example",
    "mail.evil.example",
];
/// More than may be said until somebody has signed in.
const LONG: usize = 10 << 20;
/// What comes of a drip, byte by byte: for longer than a stream of a test lives.
const DRIPS: usize = 1_750;

type Mail = BufReader<TlsStream<TcpStream>>;

/// Answer for all of them.
pub async fn start(tls: TlsAcceptor, seen: Arc<Mutex<Vec<String>>>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (tls, seen) = (tls.clone(), Arc::clone(&seen));
            tokio::spawn(async move {
                let Ok(stream) = tls.accept(stream).await else { return };
                // Whoever has enough of it goes away.
                let _ = answer(BufReader::new(stream), &seen).await;
            });
        }
    });
    address
}

async fn answer(mut mail: Mail, seen: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let host = mail.get_ref().get_ref().1.server_name().unwrap_or_default().to_owned();
    let greeting: Vec<u8> = match host.as_str() {
        "greets.acme.example" => [b"* OK ".as_slice(), &vec![b'x'; LONG]].concat(),
        "mute.acme.example" => std::future::pending().await,
        "garbage.acme.example" => b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(),
        "knows.acme.example" => b"* PREAUTH as somebody else\r\n".to_vec(),
        _ => b"* OK ready\r\n".to_vec(),
    };
    say(&mut mail, &greeting).await?;
    loop {
        let mut line = String::new();
        if mail.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        seen.lock().unwrap().push(format!("{host}: {line}"));
        let (tag, command) = line.split_once(' ').unwrap_or((line, ""));
        match (host.as_str(), command) {
            ("boasts.acme.example", _) => {
                say(&mut mail, "* CAPABILITY x\r\n".repeat(LONG / 16).as_bytes()).await?;
            }
            ("login-alone.acme.example", "CAPABILITY") => {
                say(&mut mail, format!("* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n").as_bytes())
                    .await?;
            }
            (_, "CAPABILITY") => {
                let words = "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN UNAUTHENTICATE";
                say(&mut mail, format!("{words}\r\n{tag} OK\r\n").as_bytes()).await?;
            }
            ("refuses.acme.example", _) => {
                let no = format!("{tag} NO [AUTHENTICATIONFAILED] not {PASSWORD}\r\n");
                say(&mut mail, no.as_bytes()).await?;
            }
            _ => tell(&mut mail, tag, command).await?,
        }
    }
}

/// The answers of a server that works, or does so once somebody has signed in.
async fn tell(mail: &mut Mail, tag: &str, command: &str) -> std::io::Result<()> {
    if command.ends_with("echo") {
        // In two records, as two pieces.
        let (begin, end) = PASSWORD.split_at(9);
        say(mail, format!("* NO so you are {begin}").as_bytes()).await?;
        say(mail, format!("{end}\r\n").as_bytes()).await?;
    } else if command.ends_with("drip") {
        for _ in 0..DRIPS {
            say(mail, b"x").await?;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    } else if command.ends_with("pour") {
        for _ in 0..32 {
            say(mail, &vec![b'x'; 64 << 10]).await?;
        }
    } else if command.ends_with("silence") {
        return std::future::pending().await;
    }
    say(mail, format!("{tag} OK done\r\n").as_bytes()).await
}

async fn say(mail: &mut Mail, bytes: &[u8]) -> std::io::Result<()> {
    mail.get_mut().write_all(bytes).await?;
    mail.get_mut().flush().await
}
