//! The only way from a run to the policy when it looks at documents, and what tests break there.
//!
//! In flow a run and its guest's arguments, out flow scopes. Each attack of `tests/exfil` is run a
//! second time with one check off, and has to reach its sink then: an attack that fails anyhow
//! proves nothing. A program that is built without the feature `faults` must never have a fault.

use domicile_policy::{
    Action, ChangeScope, Denial, Doctype, Influence, Label, ProviderId, ReadScope, Run,
};

/// The check that is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// None: all hold.
    #[default]
    Nothing,
    /// What is not granted is shown as well.
    #[cfg(feature = "faults")]
    Grants,
    /// A run that looks at something learns nothing by it.
    #[cfg(feature = "faults")]
    Taint,
    /// A request counts as its owner's own, whatever page made it.
    #[cfg(feature = "faults")]
    Token,
}

impl Fault {
    /// Look at documents.
    pub fn read(
        self,
        run: &mut Run,
        doctype: &Doctype,
        action: Action,
        origins: &[ProviderId],
    ) -> Result<ReadScope, Denial> {
        match self {
            #[cfg(feature = "faults")]
            Fault::Grants => Ok(run.read(doctype, action, origins).unwrap_or_else(|_| ReadScope {
                doctype: doctype.clone(),
                admitted: Label::everything(),
                fields: None,
                rows: None,
            })),
            #[cfg(feature = "faults")]
            Fault::Taint => run.clone().read(doctype, action, origins),
            _ => run.read(doctype, action, origins),
        }
    }

    /// Change documents.
    pub fn change(self, run: &mut Run, doctype: &Doctype) -> Result<ChangeScope, Denial> {
        match self {
            #[cfg(feature = "faults")]
            Fault::Taint => run.clone().change(doctype),
            _ => run.change(doctype),
        }
    }

    /// What a request carries of the page that made it.
    pub fn token(self, token: Option<(Label, Influence)>) -> Option<(Label, Influence)> {
        match self {
            #[cfg(feature = "faults")]
            Fault::Token => Some((Label::nothing(), Influence::nobody())),
            _ => token,
        }
    }
}
