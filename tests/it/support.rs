//! A house with a home in it, for one test.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domicile::caps::bindings::page::{Content, Method, Node, Request};
use domicile::flow::Fault;
use domicile::flow::audit::{AuditEntry, AuditFilter, entries};
use domicile::house::{Clock, Home, House, HouseConfig, Settings};
use domicile::registry::{self, Installed};
use domicile::runs::RunError;
use domicile::runs::import::{ImportError, Imported, import};
use domicile::runs::page::{PageAnswer, PageCause, show};
use domicile_policy::{Doctype, Influence, Label, ReadScope};
use domicile_store::{Document, Query};
use tempfile::TempDir;

/// The doctype of most tests.
pub const OPERATIONS: &str = "io.cozy.bank.operations";

/// A house, its home, and the folder that they vanish with.
pub struct World {
    pub house: House,
    pub home: Arc<Home>,
    pub folder: TempDir,
}

impl World {
    /// A fresh one.
    pub async fn new() -> World {
        World::at(tempfile::tempdir().unwrap(), Fault::Nothing).await
    }

    /// The one of this folder, with a check off.
    pub async fn at(folder: TempDir, fault: Fault) -> World {
        World::open("localhost", folder, fault, Duration::ZERO).await
    }

    /// One of a server with a name.
    pub async fn of(domain: &str) -> World {
        World::open(domain, tempfile::tempdir().unwrap(), Fault::Nothing, Duration::ZERO).await
    }

    /// One whose answers wait for their release.
    pub async fn with_quantum(quantum: Duration) -> World {
        World::open("localhost", tempfile::tempdir().unwrap(), Fault::Nothing, quantum).await
    }

    async fn open(domain: &str, folder: TempDir, fault: Fault, release_quantum: Duration) -> World {
        let house = House::open(HouseConfig {
            data: folder.path().to_owned(),
            worker: PathBuf::from(env!("CARGO_BIN_EXE_domicile")),
            domain: domain.to_owned(),
            clock: Clock::fixed("2026-11-23T12:00:00Z".parse().unwrap()),
            release_quantum,
            fault,
        })
        .unwrap();
        let name = "home".parse().unwrap();
        let home = match house.home(&name) {
            Ok(home) => home,
            Err(_) => house.create_home(&name, Settings::default()).await.unwrap(),
        };
        World { house, home, folder }
    }

    /// One with Banks, an importer and a statement.
    pub async fn with_bank() -> World {
        let world = World::new().await;
        for path in [domicile_guests::BANKS, domicile_guests::KONNECTOR_OFX] {
            world.install(path).await;
        }
        world.and_statement(STATEMENT).await
    }

    /// The same with this statement; the importer has to be there.
    pub async fn and_statement(self, statement: &str) -> World {
        self.import("statement.ofx", statement).await.unwrap();
        self
    }

    /// Install a component with the owner's consent.
    pub async fn install(&self, path: &str) {
        self.install_bytes(domicile_guests::bytes(path).unwrap()).await;
    }

    /// Install a component from its bytes.
    pub async fn install_bytes(&self, bytes: Vec<u8>) -> Arc<Installed> {
        let proposal = registry::propose(&self.house, bytes).await.unwrap();
        registry::install(&self.house, &self.home, proposal).await.unwrap()
    }

    /// Import a file.
    pub async fn import(&self, name: &str, text: &str) -> Result<Imported, ImportError> {
        import(&self.house, &self.home, name, Bytes::from(text.to_owned()), None).await
    }

    /// Ask an app for a page, as a browser without a token does.
    pub async fn get(&self, app: &str, path: &str) -> Result<PageAnswer, RunError> {
        self.visit(app, path, None).await
    }

    /// Ask an app for a page, from a page with this label and influence.
    pub async fn visit(
        &self,
        app: &str,
        path: &str,
        token: Option<(Label, Influence)>,
    ) -> Result<PageAnswer, RunError> {
        self.visit_in(&self.home, app, path, token).await
    }

    /// The same in another home of the house.
    pub async fn visit_in(
        &self,
        home: &Arc<Home>,
        app: &str,
        path: &str,
        token: Option<(Label, Influence)>,
    ) -> Result<PageAnswer, RunError> {
        let request = Request {
            method: Method::Get,
            path: path.to_owned(),
            query: Vec::new(),
            form: Vec::new(),
            uploads: Vec::new(),
        };
        let app = app.parse().unwrap();
        show(&self.house, home, &app, PageCause { token }, request).await
    }

    /// The owner's own look at all documents of a doctype.
    pub fn documents(&self, doctype: &str) -> Vec<Document> {
        let doctype: Doctype = doctype.parse().unwrap();
        let admitted = Label::everything();
        let scope = ReadScope { doctype, admitted, fields: None, rows: None };
        let (mut query, mut documents) = (Query::new("{}"), Vec::new());
        loop {
            let found = self.home.store().find(&scope, &query).unwrap();
            documents.extend(found.documents);
            match found.next {
                Some(next) => query.cursor = Some(next),
                None => return documents,
            }
        }
    }

    /// The audit trail, newest first.
    pub async fn audit(&self) -> Vec<AuditEntry> {
        self.home.store().flush().await.unwrap();
        entries(&self.home, &AuditFilter { limit: 100, ..AuditFilter::default() }).unwrap()
    }
}

/// The text of a page's tree.
pub fn text(answer: &PageAnswer) -> String {
    match &answer.content {
        Content::Tree(nodes) => {
            let texts = nodes.iter().filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                _ => None,
            });
            texts.collect::<Vec<_>>().join(" ")
        }
        Content::Html(html) => html.clone(),
        _ => String::new(),
    }
}

/// Two operations of one account.
pub const STATEMENT: &str = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\n\
ENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n\
<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261101\
<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0\
<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30004<ACCTID>00012345678\
<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20261101<DTEND>20261120\
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20261103<TRNAMT>-42.50<FITID>A1<NAME>CB MARKER-GROCER</STMTTRN>\
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261105<TRNAMT>1800.00<FITID>A2<NAME>SALARY</STMTTRN>\
</BANKTRANLIST><LEDGERBAL><BALAMT>1757.50<DTASOF>20261120</LEDGERBAL></STMTRS></STMTTRNRS>\
</BANKMSGSRSV1></OFX>\n";
