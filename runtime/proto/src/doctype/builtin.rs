//! The doctypes that come with Domicile, one data file each.

use super::{Doctypes, schema};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// Name and text of each data file.
        pub(super) const FILES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../doctypes/", $name, ".toml")))),*
        ];
    };
}

files! {
    "app.domicile.logs",
    "app.domicile.notices",
    "app.domicile.state",
    "com.grandlyon.egl.day",
    "com.grandlyon.enedis.day",
    "com.grandlyon.enedis.minute",
    "com.grandlyon.grdf.day",
    "io.cozy.bank.accounts",
    "io.cozy.bank.groups",
    "io.cozy.bank.operations",
    "io.cozy.bank.settings",
    "io.cozy.bills",
    "io.cozy.calendar.events",
    "io.cozy.contacts",
    "io.cozy.emails",
    "io.cozy.files",
    "io.cozy.notes",
    "io.cozy.timeseries.geojson",
    "io.domicile.articles",
    "io.domicile.health.records",
    "io.domicile.reconciliation.alerts",
    "io.domicile.reconciliation.decisions",
    "io.domicile.reconciliation.expenses",
}

/// A file that can't be read is left out: its doctype is then unknown, and all about it refused.
/// That none is left out is what the test below is for.
pub(super) fn load() -> Doctypes {
    let mut doctypes = Doctypes::default();
    for (_, text) in FILES {
        if let Ok(spec) = schema::parse(text) {
            let _ = doctypes.add(spec);
        }
    }
    doctypes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_named_after_its_doctype() {
        for (name, text) in FILES {
            let spec = schema::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(spec.name.as_str(), *name);
            assert_eq!(spec.is_internal(), name.starts_with("app.domicile."), "{name}");
        }
        assert_eq!(load().iter().count(), FILES.len());
    }
}
