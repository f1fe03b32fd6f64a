//! The konnector of buckets against moto, which makes each signature anew and compares: a real
//! server on loopback, behind the TLS of the rehearsal.

use std::process::Command;
use std::sync::{Arc, Mutex};

use domicile::egress::Door;
use domicile::flow::accounts::Connected;
use domicile::runs::collect::Collected;
use domicile_store::files::{FILES, ROOT};

use crate::cassettes::{keep, nobody, recorded};
use crate::files::tree;
use crate::peers::{Peer, printed, python};
use crate::provider::{PUBLIC, Provider, Stage};
use crate::support::World;

/// Signatures count from the fifth request on, and a list has two objects.
const SERVER: &str = "import os, sys\n\
    os.environ.update(INITIAL_NO_AUTH_ACTION_COUNT='4', MOTO_S3_DEFAULT_MAX_KEYS='2',\n\
    S3_IGNORE_SUBDOMAIN_BUCKETNAME='true')\n\
    from moto.server import main\n\
    main(['-H', '127.0.0.1', '-p', sys.argv[1]])\n";

/// What the owner of the bucket does.
const OWNER: &str = r#"
import boto3, sys
from botocore.config import Config
endpoint, key, secret, act = sys.argv[1:5]
def client(name):
    return boto3.client(name, endpoint_url=endpoint, region_name="eu-west-3",
        aws_access_key_id=key, aws_secret_access_key=secret,
        config=Config(s3={"addressing_style": "path"}))
if act == "begin":
    iam = client("iam")
    iam.create_user(UserName="alice")
    all = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=all)
    made = iam.create_access_key(UserName="alice")["AccessKey"]
    place = {"LocationConstraint": "eu-west-3"}
    client("s3").create_bucket(Bucket="mine", CreateBucketConfiguration=place)
    print(made["AccessKeyId"], made["SecretAccessKey"])
elif act == "put":
    for pair in zip(sys.argv[5::2], sys.argv[6::2]):
        client("s3").put_object(Bucket="mine", Key=pair[0], Body=pair[1].encode())
else:
    client("s3").delete_object(Bucket="mine", Key=sys.argv[5])
"#;

type Typed<'a> = [(&'a str, &'a str); 6];

/// A home with the konnector, in front of moto.
struct Tried {
    stage: Stage,
    server: Peer,
    key: String,
    secret: String,
}

impl Tried {
    async fn new() -> Option<Tried> {
        let server = Peer::start("Running on", |address, _| {
            ["-c", SERVER, &address.port().to_string()].map(str::to_owned).into()
        })?;
        let behind = Arc::new(Mutex::new(server.address));
        let provider = Provider::start(Some(behind)).await;
        let rehearsal = provider.stage(&[("s3.acme.example", &[PUBLIC])], None);
        let world = World::new().await;
        world.house.set_door(Door::rehearsed(Arc::clone(&rehearsal)).unwrap());
        world.install(domicile_guests::KONNECTOR_S3).await;
        let stage = Stage { world, provider, rehearsal };
        let (key, secret) = ("first".to_owned(), "first".to_owned());
        let mut tried = Tried { stage, server, key, secret };
        let made = tried.owner(&["begin"]);
        let (key, secret) = made.trim().split_once(' ').unwrap();
        (tried.key, tried.secret) = (key.to_owned(), secret.to_owned());
        Some(tried)
    }

    fn owner(&self, act: &[&str]) -> String {
        let endpoint = format!("http://{}", self.server.address);
        let mut command = Command::new(python().unwrap());
        command.args(["-c", OWNER, &endpoint, &self.key, &self.secret]).args(act);
        printed(&mut command)
    }

    /// What is typed.
    fn typed<'a>(&'a self, bucket: &'a str, folder: &'a str, secret: &'a str) -> Typed<'a> {
        [
            ("server", "s3.acme.example"),
            ("region", "eu-west-3"),
            ("bucket", bucket),
            ("folder", folder),
            ("key", &self.key),
            ("secret-key", secret),
        ]
    }

    async fn account(&self, bucket: &str, folder: &str, secret: &str) -> Connected {
        self.stage.account_with("s3", &self.typed(bucket, folder, secret)).await.unwrap()
    }

    async fn takes(&self, account: &Connected, number: u64) -> String {
        let Collected { outcome, brought, .. } = self.stage.collected(account).await;
        let warnings = outcome.unwrap().warnings.join("\n");
        assert_eq!(brought.files, number, "{warnings}");
        warnings
    }

    fn holds(&self, files: &[(&str, &str)]) {
        let wanted: Vec<(String, String)> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(tree(&self.stage.world, ROOT), wanted);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_from_a_bucket_by_requests_that_the_home_signs() {
    let Some(tried) = Tried::new().await else { return };
    let account = tried.account("mine", "", &tried.secret).await;
    assert_eq!(tried.takes(&account, 0).await, "");
    let odd = "a b/R&D #1+(x)='~!*.txt";
    tried.owner(&["put", "1", "one", "2", "two", "3", "three", odd, "odd", "a b/c/d", "deep"]);
    assert_eq!(tried.takes(&account, 5).await, "");
    let (top, deep) = ("mine@s3.acme.example", "mine@s3.acme.example/a b/c/d");
    let [one, two, three] = ["1", "2", "3"].map(|name| format!("{top}/{name}"));
    let odd_path = format!("{top}/{odd}");
    let all =
        [(&*one, "one"), (&*two, "two"), (&*three, "three"), (&*odd_path, "odd"), (deep, "deep")];
    tried.holds(&all);
    assert_eq!(tried.takes(&account, 0).await, "", "what did not change is not fetched again");
    tried.owner(&["put", "2", "changed"]);
    tried.owner(&["delete", "3"]);
    let told = tried.takes(&account, 1).await;
    assert!(told.contains("kept here: 1 file"), "{told}");
    let now = [
        (&*one, "one"),
        (&*two, "changed"),
        (&*three, "three"),
        (&*odd_path, "odd"),
        (deep, "deep"),
    ];
    tried.holds(&now);
    for document in tried.stage.world.documents(FILES) {
        assert_eq!(document.label.to_string(), "files@s3");
    }

    let part = tried.account("mine", "a b/", &tried.secret).await;
    tried.takes(&part, 2).await;
    let wrong = tried.account("mine", "", "wrong key").await;
    assert_eq!(tried.stage.collect(&wrong).await.unwrap_err().code(), "login-failed");
    let none = tried.account("yours", "", &tried.secret).await;
    let told = tried.stage.collect(&none).await.unwrap_err();
    assert!(told.said().contains("no such bucket"), "{}", told.said());
}

/// What a first run is told plays ever after, under other names.
#[tokio::test(flavor = "multi_thread")]
async fn files_are_recorded_at_moto() {
    let Some(tried) = Tried::new().await else { return };
    tried.owner(&["put", "1", "one", "2", "two", "a b/c", "deep"]);
    let typed = tried.typed("mine", "", &tried.secret);
    let door = Door::rehearsed(Arc::clone(&tried.stage.rehearsal)).unwrap();
    let cassette = recorded(("s3", "moto"), &typed, &["region"], door, nobody).await;
    keep(("s3", "moto"), &cassette);
    assert_eq!(cassette.expected.said, "3 files");
}
