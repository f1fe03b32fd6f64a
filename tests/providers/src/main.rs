//! The providers of the demo. In: a path. Out: that file, an operator's list of their hosts, once
//! all of them answer; on the terminal each code that they send.

use std::error::Error;
use std::sync::Arc;

use domicile_providers::serve::{Authority, hosts, start};
use domicile_providers::{
    Bank, Provider, Shop, Tracker, gas, health, insurer, library, tilleuls, toll, town, water,
};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("use: domicile-providers HOSTS-FILE")?;
    let says = |whose: &'static str| move |code: &str| println!("  code of {whose}: {code}");
    let all: Vec<Arc<dyn Provider>> = vec![
        Arc::new(Bank::default()),
        Arc::new(tilleuls(says("the Mutuelle des Tilleuls"))),
        Arc::new(insurer(says("the Pr\u{e9}voyance du Port"))),
        Arc::new(health()),
        Arc::new(gas()),
        Arc::new(water()),
        Arc::new(town()),
        Arc::new(library()),
        Arc::new(toll()),
        Arc::new(Shop),
        Arc::new(Tracker::default()),
    ];
    let authority = Authority::new()?;
    let mut served = Vec::new();
    for provider in all {
        let host = provider.host();
        served.push((host, start(&authority, provider).await?));
    }
    // Whole or not at all: whoever waits for it reads it at once.
    let part = format!("{path}.part");
    std::fs::write(&part, hosts(&authority, &served)?)?;
    std::fs::rename(&part, &path)?;
    std::future::pending::<()>().await;
    Ok(())
}
