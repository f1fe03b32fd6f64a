//! Gas from GRDF, by its konnector as it ships, against the sandbox of ADICT: a token without a
//! page, an access that the contract's holder confirms, days and what is missing, an access that
//! is taken back.

use std::sync::Arc;

use domicile::flow::accounts;
use domicile_providers::adict::{Adict, CLIENT, Connexion, METER, POSTCODE, SECRET};
use serde_json::Value;

use crate::accounts::shows;
use crate::browser::HOME;
use crate::cassettes::{door, keep, nobody, recorded};
use crate::oauth::Shore;

const DAYS: &str = "com.grandlyon.grdf.day";

fn days(shore: &Shore) -> Vec<Value> {
    let documents = shore.world.documents(DAYS);
    assert!(documents.iter().all(|one| one.label.to_string() == "energy@grdf"));
    documents.iter().map(|one| serde_json::from_str(&one.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn gas_comes_home_once_the_contracts_holder_has_agreed() {
    let grdf = Arc::new(Adict::default());
    let connexion = Arc::new(Connexion(Arc::clone(&grdf)));
    let mut shore = Shore::beside(&[Arc::clone(&grdf) as _, connexion as _]).await;
    shore.world.install(domicile_guests::KONNECTOR_GRDF).await;
    let page = shore.browser.visit(&format!("{HOME}/apps/grdf")).await.text;
    assert!(page.contains("Connect an account") && !page.contains("Continue at"), "{page}");
    assert!(page.contains("has adict-connexion.grdf.fr give it a permission"), "{page}");
    let typed = [
        ("pce", METER),
        ("holder", "Martinet"),
        ("postcode", POSTCODE),
        ("mail", "camille@maison.example"),
        ("until", "2028-12-31"),
        ("client", CLIENT),
        ("client-secret", SECRET),
    ];
    let account = shore.connect_with("grdf", &typed).await;
    // Nothing comes before the holder's yes, and only the first run had GRDF write to them.
    let waits = shows(&mut shore.browser, &account, "where it wrote to you").await;
    assert!(waits.contains("It runs by itself no more") && !waits.contains(SECRET), "{waits}");
    let connected = accounts::all(&shore.world.home).unwrap().remove(0);
    assert_eq!(shore.run(&connected).await.outcome, "renew-consent");
    assert_eq!((grdf.declared().len(), grdf.desk.tokens().len()), (1, 1));
    let declared = grdf.declared().remove(0);
    assert_eq!(declared["nom_titulaire"], "Martinet");
    assert_eq!(declared["date_fin_droit_acces"], "2028-12-31");
    assert_eq!(declared["perim_donnees_publiees"], "Faux");
    assert!(days(&shore).is_empty());
    // Half of the days and no more: they stay, and the next run asks again.
    grdf.confirm();
    grdf.set_breaks(true);
    let half = shore.run(&connected).await;
    assert_eq!((half.outcome.as_str(), days(&shore).len()), ("vendor-down", 8), "{half:?}");
    grdf.set_breaks(false);
    let done = shore.run(&connected).await;
    assert_eq!((done.outcome.as_str(), done.said.as_str()), ("done", "19 days"), "{done:?}");
    let told = [
        "days are missing: 2025-11-23 to 2026-10-31, 2026-11-03",
        "not measured, left out: 2026-11-09",
    ];
    assert_eq!(done.warnings, told);
    let all = days(&shore);
    assert_eq!(all.len(), 19);
    let second = all.iter().find(|one| one["day"] == 2).unwrap();
    assert_eq!((&second["load"], &second["volume"]), (&56.0.into(), &5.0.into()));
    assert_eq!((&second["month"], &second["meter"]), (&11.into(), &METER.into()));
    // Recorded with the token that the provider gave.
    let token = grdf.desk.tokens().remove(0);
    let recording = [typed.as_slice(), &[("access", token.as_str())]].concat();
    let (whose, door) = (("grdf", "adict"), door(grdf.clone()).await);
    let plain = ["pce", "postcode", "until"];
    let cassette = recorded(whose, &recording, &plain, door, nobody).await;
    assert_eq!(cassette.expected.said, "19 days");
    keep(whose, &cassette);
    // A token that ended is fetched anew, and nobody is asked.
    grdf.desk.end(false);
    let again = shore.run(&connected).await;
    assert_eq!((again.outcome.as_str(), again.warnings.len()), ("done", 0), "{again:?}");
    assert_eq!((days(&shore).len(), grdf.desk.tokens().len()), (19, 1));
    // The holder takes the access back: only the owner's next run has GRDF write again.
    grdf.revoke();
    assert_eq!(shore.run(&connected).await.outcome, "renew-consent");
    assert_eq!(grdf.declared().len(), 1);
    assert_eq!(shore.run(&connected).await.outcome, "renew-consent");
    assert_eq!(grdf.declared().len(), 2);
    grdf.confirm();
    assert_eq!(shore.run(&connected).await.outcome, "done");
}
