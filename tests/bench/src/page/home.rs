//! A home as its owner would have it: made, filled and entered by the ways that owners have.
//!
//! In: the server's program and a folder. Out: the requests of a signed-in browser. Never here: a
//! door that is not in the product.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, ensure};
use domicile_guests as guests;
use domicile_guests::programs;

use crate::http::{self, Target};
use crate::server::Server;

const PASSPHRASE: &str = "four brown chairs outside";
const OPERATIONS: usize = 200;
/// Longer than a line of the trail waits for its commit.
const TRAIL_DELAY: Duration = Duration::from_millis(500);

/// The server, with a home in which somebody has signed in.
pub struct Running<'a> {
    domicile: &'a Path,
    data: std::path::PathBuf,
    address: SocketAddr,
    host: String,
    cookie: String,
    /// Its process.
    pub server: Server,
}

impl<'a> Running<'a> {
    /// Make the home, move in, sign in.
    pub fn start(domicile: &'a Path, folder: &Path) -> anyhow::Result<Running<'a>> {
        let data = folder.join("data");
        fill(domicile, folder, &data)?;
        let mut up = Command::new(domicile);
        let mut server =
            Server::start(up.args(["up", "--listen", "127.0.0.1:0", "--data"]).arg(&data))?;
        let link = server.line(|line| line.strip_prefix("http://").map(str::to_owned))?;
        let (host, once) = link.split_once("/welcome?once=").context("a link to move in by")?;
        let (_, port) = host.rsplit_once(':').context("a port")?;
        let address = SocketAddr::from(([127, 0, 0, 1], port.parse()?));
        let passphrase = PASSPHRASE.replace(' ', "+");
        let form =
            format!("once={once}&owner=Bench&passphrase={passphrase}&again={passphrase}&locale=en");
        let origin = format!("http://{host}");
        let headers = [
            ("host", host),
            ("origin", &origin),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let entered = http::send(address, "POST", "/welcome", &headers, &form)?;
        let cookie = entered.cookie()?.to_owned();
        let (host, domicile) = (host.to_owned(), domicile);
        Ok(Running { domicile, data, address, host, cookie, server })
    }

    /// Open an app in its frame, as the home's own page does. What comes back is what the page's
    /// script sends when its owner follows a link.
    pub fn enter(&self, app: &str) -> anyhow::Result<Target> {
        let headers = [
            ("host", self.host.as_str()),
            ("cookie", &self.cookie),
            ("sec-fetch-site", "none"),
            ("sec-fetch-dest", "document"),
        ];
        let shell = http::send(self.address, "GET", &format!("/app/{app}/"), &headers, "")?;
        let frame = shell.attribute("data-src")?;
        let frame = frame.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
        let (host, path) = frame.context("the frame's address")?;
        let headers =
            [("host", host), ("sec-fetch-site", "same-site"), ("sec-fetch-dest", "iframe")];
        let page = http::send(self.address, "GET", &format!("/{path}"), &headers, "")?;
        let headers = [
            ("host", host),
            ("cookie", page.cookie()?),
            ("domicile-page", &page.attribute("data-token")?),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-dest", "empty"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let target = Target { address: self.address, headers: headers.into() };
        target.get().with_context(|| format!("the app {app}"))?;
        Ok(target)
    }

    /// How many lines the audit trail has; an error if its chain does not hold.
    pub fn audit_lines(&self) -> anyhow::Result<u64> {
        sleep(TRAIL_DELAY);
        say(self.domicile, &self.data, &["doctor"])?;
        let newest = say(self.domicile, &self.data, &["log", "--json", "--limit", "1"])?;
        let newest: serde_json::Value = serde_json::from_str(&newest)?;
        let number = newest["number"].as_u64().with_context(|| format!("no number in {newest}"))?;
        Ok(number + 1)
    }
}

/// The home, three apps and a statement, before the server runs.
fn fill(domicile: &Path, folder: &Path, data: &Path) -> anyhow::Result<()> {
    say(domicile, data, &["home", "add", "home", "--owner", "Bench"])?;
    let packed = folder.join("hello.wasm");
    let manifest = folder.join("hello.toml");
    std::fs::write(&manifest, guests::WSTD_HELLO_MANIFEST)?;
    let mut pack = Command::new(domicile);
    pack.args(["pack", guests::WSTD_HELLO, "--manifest"]).arg(&manifest).arg("-o").arg(&packed);
    ensure!(pack.status()?.success(), "the manifest could not be packed");
    let packed = packed.to_str().context("a path that is text")?;
    for app in [programs::PAGE_LIST, programs::PAGE_HELLO, guests::KONNECTOR_OFX, packed] {
        say(domicile, data, &["app", "install", app, "--yes"])?;
    }
    let file = folder.join("statement.ofx");
    std::fs::write(&file, statement())?;
    say(domicile, data, &["import", file.to_str().context("a path that is text")?])?;
    Ok(())
}

fn say(domicile: &Path, data: &Path, words: &[&str]) -> anyhow::Result<String> {
    let mut command = Command::new(domicile);
    let output = command.args(words).arg("--data").arg(data).output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "domicile {}: {said}", words.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}

/// A statement of one account.
fn statement() -> String {
    let operation = |number: usize| {
        let (month, day) = (1 + number / 28 % 12, 1 + number % 28);
        format!(
            "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>2026{month:02}{day:02}<TRNAMT>-{}.50\
             <FITID>B{number}<NAME>CB SHOP NUMBER {number}</STMTTRN>\n",
            10 + number
        )
    };
    let operations: String = (0..OPERATIONS).map(operation).collect();
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n\
         COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS>\
         <CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261123<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\
         <BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS>\
         <CURDEF>EUR<BANKACCTFROM><BANKID>30004<ACCTID>00012345678<ACCTTYPE>CHECKING</BANKACCTFROM>\
         <BANKTRANLIST><DTSTART>20260101<DTEND>20261120\n{operations}</BANKTRANLIST>\
         <LEDGERBAL><BALAMT>1757.50<DTASOF>20261120</LEDGERBAL></STMTRS></STMTTRNRS>\
         </BANKMSGSRSV1></OFX>\n"
    )
}
