//! Signing in at a mail server, before a component has the stream.
//!
//! In flow a stream and what the account holds for it; out flows the stream past the sign-in, with
//! what the server said after it. Nothing that the server says here reaches a component: it may
//! repeat a password. A password is sent once, and to a server that proved to be the host.

use std::time::Duration;

use data_encoding::BASE64;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::Failure;
use super::limits::{SIGN_IN_BYTES_MAX, SIGN_IN_LINE_BYTES_MAX};

/// Bytes that one look at the server's side takes.
const PIECE_BYTES: usize = 1 << 10;

/// Who signs in.
pub(super) struct SignIn<'a> {
    pub user: &'a str,
    pub password: &'a str,
    /// Whether both are held to be one line each: off in tests alone.
    pub checked: bool,
}

/// How a server ended a command.
enum End {
    Ok,
    No(String),
    Bad,
    /// It wants more of it.
    More,
}

/// Sign in within a time. What the server said after it comes back.
pub(super) async fn sign_in<S>(
    stream: &mut S,
    sign_in: &SignIn<'_>,
    time: Duration,
) -> Result<Vec<u8>, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let SignIn { user, password, checked } = *sign_in;
    let is_line = |text: &str| !text.is_empty() && !text.contains(char::is_control);
    if checked && !(is_line(user) && is_line(password)) {
        return Err(Failure::Secret);
    }
    let mut talk = Talk { stream, heard: Vec::new(), total: 0, words: Vec::new() };
    let signing_in = async {
        // A server that knows the client already would know it as somebody else.
        if !talk.line().await?.to_ascii_uppercase().starts_with("* OK") {
            return Err(Failure::Protocol);
        }
        match talk.ask("d1", "CAPABILITY").await? {
            End::Ok => talk.prove(user, password).await,
            _ => Err(Failure::Protocol),
        }
    };
    tokio::time::timeout(time, signing_in).await.unwrap_or(Err(Failure::Slow))?;
    Ok(talk.heard)
}

/// The dialogue so far.
struct Talk<'a, S> {
    stream: &'a mut S,
    /// What the server said and nobody took yet.
    heard: Vec<u8>,
    total: usize,
    /// What the server says that it can do.
    words: Vec<String>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<'_, S> {
    async fn prove(&mut self, user: &str, password: &str) -> Result<(), Failure> {
        let end = if self.can("AUTH=PLAIN") {
            let proof = BASE64.encode(format!("\0{user}\0{password}").as_bytes());
            match self.can("SASL-IR") {
                true => self.ask("d2", &format!("AUTHENTICATE PLAIN {proof}")).await?,
                false => match self.ask("d2", "AUTHENTICATE PLAIN").await? {
                    End::More => self.say("d2", &proof).await?,
                    end => end,
                },
            }
        } else if !self.can("LOGINDISABLED") && [user, password].iter().all(|text| text.is_ascii())
        {
            let (user, password) = (quoted(user), quoted(password));
            self.ask("d2", &format!("LOGIN {user} {password}")).await?
        } else {
            return Err(Failure::SignIn);
        };
        match end {
            End::Ok => Ok(()),
            // RFC 5530: the server can't say now whether it is the password.
            End::No(why)
                if ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]"].iter().any(|w| why.contains(w)) =>
            {
                Err(Failure::Connect)
            }
            End::No(_) => Err(Failure::Login),
            End::Bad | End::More => Err(Failure::Protocol),
        }
    }

    fn can(&self, word: &str) -> bool {
        self.words.iter().any(|one| one == word)
    }

    async fn ask(&mut self, tag: &str, command: &str) -> Result<End, Failure> {
        self.say(tag, &format!("{tag} {command}")).await
    }

    /// Say a line, and hear how the command of this tag goes on.
    async fn say(&mut self, tag: &str, line: &str) -> Result<End, Failure> {
        let line = format!("{line}\r\n");
        let saying = self.stream.write_all(line.as_bytes()).await;
        saying.and(self.stream.flush().await).map_err(|_| Failure::Protocol)?;
        loop {
            let line = self.line().await?;
            let (first, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let upper = rest.to_ascii_uppercase();
            match first {
                "*" if upper.starts_with("CAPABILITY ") => {
                    self.words = upper.split(' ').skip(1).map(str::to_owned).collect();
                }
                "*" if upper.starts_with("BYE") => return Err(Failure::Connect),
                "*" => {}
                "+" => return Ok(End::More),
                first if first == tag => {
                    let word = upper.split(' ').next().unwrap_or_default();
                    return Ok(match word {
                        "OK" => End::Ok,
                        "NO" => End::No(upper),
                        _ => End::Bad,
                    });
                }
                _ => return Err(Failure::Protocol),
            }
        }
    }

    async fn line(&mut self) -> Result<String, Failure> {
        loop {
            if let Some(end) = self.heard.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.heard.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.heard.len() > SIGN_IN_LINE_BYTES_MAX || self.total > SIGN_IN_BYTES_MAX {
                return Err(Failure::TooLarge);
            }
            let mut piece = [0; PIECE_BYTES];
            match self.stream.read(&mut piece).await {
                Ok(0) | Err(_) => return Err(Failure::Protocol),
                Ok(length) => {
                    self.total += length;
                    self.heard.extend_from_slice(piece.get(..length).unwrap_or_default());
                }
            }
        }
    }
}

/// As a quoted string of the protocol.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, BufReader};

    use super::*;

    const CAPABLE: &str = "* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN\r\nd1 OK\r\n";

    /// What a server of these answers makes of a sign-in, and which lines it heard. Each answer
    /// but the first waits for a line.
    async fn tried(
        answers: &[&str],
        user: &str,
        password: &str,
    ) -> (Result<String, Failure>, Vec<String>) {
        let (mut ours, theirs) = tokio::io::duplex(1 << 16);
        let answers: Vec<String> = answers.iter().map(|text| (*text).to_owned()).collect();
        let server = tokio::spawn(async move {
            let mut theirs = BufReader::new(theirs);
            let mut heard = Vec::new();
            for (at, answer) in answers.iter().enumerate() {
                if at > 0 {
                    let mut line = String::new();
                    if theirs.read_line(&mut line).await.unwrap() == 0 {
                        break;
                    }
                    heard.push(line.trim_end().to_owned());
                }
                if theirs.get_mut().write_all(answer.as_bytes()).await.is_err() {
                    break;
                }
            }
            (heard, theirs)
        });
        let who = SignIn { user, password, checked: true };
        let ended = sign_in(&mut ours, &who, Duration::from_secs(5)).await;
        drop(ours);
        let (heard, _theirs) = server.await.unwrap();
        (ended.map(|rest| String::from_utf8(rest).unwrap()), heard)
    }

    async fn ends(answers: &[&str]) -> Result<String, Failure> {
        tried(answers, "ada", "secret").await.0
    }

    #[tokio::test]
    async fn each_way_of_signing_in() {
        let greeting = "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready\r\n";
        let (ended, heard) = tried(
            &[greeting, CAPABLE, "d2 OK [CAPABILITY] in\r\n* 3 EXISTS\r\n"],
            "ada",
            "s\u{e9}",
        )
        .await;
        assert_eq!(ended.unwrap(), "* 3 EXISTS\r\n", "what comes after is the component's");
        assert_eq!(heard, ["d1 CAPABILITY", "d2 AUTHENTICATE PLAIN AGFkYQBzw6k="]);
        let plain = "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nd1 OK\r\n";
        let (ended, heard) = tried(&[greeting, plain, "+ \r\n", "d2 OK\r\n"], "ada", "s").await;
        ended.unwrap();
        assert_eq!(heard, ["d1 CAPABILITY", "d2 AUTHENTICATE PLAIN", "AGFkYQBz"]);
        let login = "* CAPABILITY IMAP4rev1\r\nd1 OK\r\n";
        let (ended, heard) = tried(&[greeting, login, "d2 OK\r\n"], "a\"da", "s\\ ").await;
        ended.unwrap();
        assert_eq!(heard[1], "d2 LOGIN \"a\\\"da\" \"s\\\\ \"");
        let never = "* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI\r\nd1 OK\r\n";
        let (ended, heard) = tried(&[greeting, never], "ada", "s").await;
        assert_eq!((ended.unwrap_err(), heard.len()), (Failure::SignIn, 1));
        assert_eq!(
            tried(&[greeting, login], "ada", "s\u{e9}").await.0.unwrap_err(),
            Failure::SignIn
        );
    }

    #[tokio::test]
    async fn each_failure_has_its_name() {
        let ok = "* OK\r\n";
        let no = "d2 NO [AUTHENTICATIONFAILED] secret is wrong\r\n";
        assert_eq!(ends(&[ok, CAPABLE, no]).await.unwrap_err(), Failure::Login);
        assert_eq!(ends(&[ok, CAPABLE, "d2 NO no\r\n"]).await.unwrap_err(), Failure::Login);
        let busy = "d2 NO [UNAVAILABLE] later\r\n";
        assert_eq!(ends(&[ok, CAPABLE, busy]).await.unwrap_err(), Failure::Connect);
        assert_eq!(ends(&[ok, CAPABLE, "* BYE full\r\n"]).await.unwrap_err(), Failure::Connect);
        for wrong in ["* PREAUTH hello\r\n", "220 smtp\r\n", "HTTP/1.1 400 Bad\r\n", "\u{fffd}\n"] {
            assert_eq!(ends(&[wrong]).await.unwrap_err(), Failure::Protocol, "{wrong}");
        }
        for wrong in ["d1 BAD\r\n", "+ more\r\n", "x OK\r\n", "\r\n"] {
            assert_eq!(ends(&[ok, wrong]).await.unwrap_err(), Failure::Protocol, "{wrong}");
        }
        for wrong in ["d2 BAD secret\r\n", "+ again\r\n", "d2 MAYBE\r\n"] {
            assert_eq!(ends(&[ok, CAPABLE, wrong]).await.unwrap_err(), Failure::Protocol);
        }
        let endless = format!("* OK {}", "x".repeat(SIGN_IN_BYTES_MAX));
        assert_eq!(ends(&[&endless]).await.unwrap_err(), Failure::TooLarge);
        let lines = "* CAPABILITY x\r\n".repeat(SIGN_IN_BYTES_MAX / 8);
        assert_eq!(ends(&[ok, &lines]).await.unwrap_err(), Failure::TooLarge);
    }

    #[tokio::test]
    async fn no_name_and_no_password_adds_a_line() {
        for (user, password) in
            [("ada\r\nd3 DELETE x", "s"), ("ada", "s\n"), ("ada\0eve", "s"), ("", "s"), ("ada", "")]
        {
            let (ended, heard) = tried(&["* OK\r\n", CAPABLE], user, password).await;
            assert_eq!((ended.unwrap_err(), heard.len()), (Failure::Secret, 0), "{user:?}");
        }
    }
}
