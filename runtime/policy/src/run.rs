//! A run: one call of one component, and what it may do next.
//!
//! In flow the calls of the guest, by their arguments only; out flow scopes, stamps and denials.
//! The clearance is fixed at the start, the label only grows and never leaves the clearance, and
//! neither must ever depend on what is stored.

use crate::denial::{Act, Denial, Reason};
use crate::grant::{Action, GrantLine, Grants};
use crate::influence::{Actor, Influence};
use crate::label::{LABEL_TAGS_MAX, Label, Tag};
use crate::name::{ComponentId, Doctype, ProviderId};
use crate::rule::Rule;
use crate::scope::{ChangeScope, ReadScope, Stamp};
use crate::world::{Cause, World, clearance};

/// A call narrows itself to at most this many origins.
pub const ORIGINS_MAX: usize = 8;

/// One call of one component.
#[derive(Clone, Debug)]
pub struct Run {
    component: ComponentId,
    world: World,
    grants: Grants,
    clearance: Label,
    label: Label,
    influence: Influence,
}

impl Run {
    /// Starts a run, if its cause may start it and brings nothing above its clearance (R1, R10,
    /// R11, R13).
    pub fn start(
        component: ComponentId,
        world: World,
        grants: Grants,
        cause: Cause,
    ) -> Result<Run, Denial> {
        if !world.starts_by(&cause) {
            let reason = Reason::WrongCause { cause: cause.kind() };
            return Err(Denial::new(Rule::R10, &component, reason));
        }
        let rule = if matches!(cause, Cause::Event { .. }) { Rule::R13 } else { Rule::R1 };
        let (label, influence) = cause.brings(&world, &grants);
        Run::with(rule, component, world, grants, Stamp { label, influence })
    }

    fn with(
        rule: Rule,
        component: ComponentId,
        world: World,
        grants: Grants,
        given: Stamp,
    ) -> Result<Run, Denial> {
        let clearance = clearance(&world, &grants);
        let Stamp { label, influence } = given;
        if !label.flows_to(&clearance) {
            return Err(Denial::new(rule, &component, Reason::StartsAbove { label, clearance }));
        }
        let influence = influence.join(&Influence::of([world.actor(&component)]));
        Ok(Run { component, world, grants, clearance, label, influence })
    }

    /// What it knows by now.
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// Who could have shaped what it writes, itself included.
    pub fn influence(&self) -> &Influence {
        &self.influence
    }

    /// What it may ever know.
    pub fn clearance(&self) -> &Label {
        &self.clearance
    }

    /// Whose run it is.
    pub fn component(&self) -> &ComponentId {
        &self.component
    }

    /// Its grants, as they were at the start.
    pub fn grants(&self) -> &Grants {
        &self.grants
    }

    /// What it is linked to.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Looks at documents: raises the label by all that the arguments admit, whether or not there
    /// is anything (R3, R4). With `origins`, only what came from those providers.
    pub fn read(
        &mut self,
        doctype: &Doctype,
        action: Action,
        origins: &[ProviderId],
    ) -> Result<ReadScope, Denial> {
        let rule = if action == Action::Query { Rule::R3 } else { Rule::R4 };
        if !matches!(action, Action::Read | Action::Query) {
            return Err(self.not_granted(rule, doctype, action));
        }
        let line = self.granted(rule, doctype, action)?;
        let scope = self.scope(line, origins)?;
        self.learn(&scope)?;
        Ok(scope)
    }

    /// What a new document is stamped with (R5). The run learns that much too: the id, the
    /// revision and a full quota are facts of the compartment that it writes to.
    pub fn create(&mut self, doctype: &Doctype) -> Result<Stamp, Denial> {
        self.in_world(Rule::R5, self.world.provider().is_none(), Act::Create)?;
        let line = self.granted(Rule::R5, doctype, Action::Write)?;
        let stamp = self.write(Rule::R5, doctype, Tag::home(line.category))?;
        self.label = stamp.label.clone();
        Ok(stamp)
    }

    /// Changes documents that it may see: raises the label as a look does (R6).
    pub fn change(&mut self, doctype: &Doctype) -> Result<ChangeScope, Denial> {
        self.in_world(Rule::R6, self.world.provider().is_none(), Act::Change)?;
        let line = self.granted(Rule::R6, doctype, Action::Write)?;
        if !line.looks() {
            return Err(self.not_granted(Rule::R6, doctype, Action::Read));
        }
        let read = self.scope(line, &[])?;
        self.learn(&read)?;
        Ok(ChangeScope {
            read,
            run_label: self.label.clone(),
            clearance: self.clearance.clone(),
            influence: self.influence.clone(),
        })
    }

    /// What a deposit is stamped with (R5, R7).
    pub fn deposit(&self, doctype: &Doctype) -> Result<Stamp, Denial> {
        let provider = self.world.provider();
        self.in_world(Rule::R7, provider.is_some(), Act::Deposit)?;
        let line = self.granted(Rule::R7, doctype, Action::Deposit)?;
        let tag = provider.map(|provider| Tag::provider(line.category, provider.clone()));
        self.write(Rule::R7, doctype, tag.unwrap_or(Tag::anywhere(line.category)))
    }

    /// Whether a request may leave (R8). For a provider with hosts of its own this holds by
    /// construction, so that a denial there is an incident.
    pub fn send(&self) -> Result<(), Denial> {
        let konnector = matches!(self.world, World::Konnector { .. });
        self.in_world(Rule::R8, konnector, Act::Send)?;
        let sends = self.world.sends();
        if !self.label.flows_to(&sends) {
            let label = self.label.clone();
            return Err(Denial::new(
                Rule::R8,
                &self.component,
                Reason::SendsAbove { label, sends },
            ));
        }
        Ok(())
    }

    /// Any byte, status or error of an answer came in (R9).
    pub fn receive(&mut self) {
        if let World::Konnector { provider, .. } = &self.world {
            self.influence =
                self.influence.join(&Influence::of([Actor::Provider(provider.clone())]));
            self.label = self.label.join(&self.world.deposit_label(&self.grants));
        }
    }

    /// It looked at something that `influence` could have shaped.
    pub fn saw(&mut self, influence: &Influence) {
        self.influence = self.influence.join(influence);
    }

    /// Values of state with a label that flows to this are visible; a look at them teaches nothing.
    pub fn state_visible(&self) -> &Label {
        &self.label
    }

    /// What is written on logs, state and notices of the run, as of now (R17).
    pub fn stamp(&self) -> Stamp {
        Stamp { label: self.label.clone(), influence: self.influence.clone() }
    }

    /// Starts another run of the same component with other grants, which may read higher (R12).
    /// Only a component without a network can, and what it knows is an argument of the child.
    pub fn spawn(&self, grants: Grants) -> Result<Run, Denial> {
        self.in_world(Rule::R12, self.world.provider().is_none(), Act::Spawn)?;
        Run::with(Rule::R12, self.component.clone(), self.world.clone(), grants, self.stamp())
    }

    /// Whether it may see that `child` has ended, and how (R12, R16). What the child knows by then
    /// depends on what it read, so that its clearance is compared.
    pub fn sees_end_of(&self, child: &Run) -> bool {
        child.clearance.flows_to(&self.label)
    }

    /// The same run, had it learnt this too: for faults only.
    pub(crate) fn knowing(&self, label: &Label) -> Run {
        Run { label: self.label.join(label), ..self.clone() }
    }

    /// The same run, had it learnt nothing: for faults only.
    pub(crate) fn ignorant(&self) -> Run {
        Run { label: Label::nothing(), ..self.clone() }
    }

    fn granted(&self, rule: Rule, doctype: &Doctype, action: Action) -> Result<&GrantLine, Denial> {
        let line = self.grants.line(doctype).filter(|line| line.actions.contains(&action));
        line.ok_or_else(|| self.not_granted(rule, doctype, action))
    }

    fn scope(&self, line: &GrantLine, origins: &[ProviderId]) -> Result<ReadScope, Denial> {
        let mut admitted = line.reach().meet(&self.clearance);
        if !origins.is_empty() {
            let tags = admitted.tags().count() * origins.len();
            if origins.len() > ORIGINS_MAX || tags > LABEL_TAGS_MAX {
                let (doctype, count) = (line.doctype.clone(), origins.len());
                let reason = Reason::TooManyOrigins { doctype, count };
                return Err(Denial::new(Rule::R3, &self.component, reason));
            }
            admitted = admitted.meet(&Label::of(origins.iter().cloned().map(Tag::all_from)));
        }
        let (doctype, fields, rows) =
            (line.doctype.clone(), line.fields.clone(), line.rows.clone());
        Ok(ReadScope { doctype, admitted, fields, rows })
    }

    fn learn(&mut self, scope: &ReadScope) -> Result<(), Denial> {
        let label = self.label.join(&scope.admitted);
        if !label.flows_to(&self.clearance) {
            let reason = Reason::LabelFull { doctype: scope.doctype.clone() };
            return Err(Denial::new(Rule::R3, &self.component, reason));
        }
        self.label = label;
        Ok(())
    }

    fn write(&self, rule: Rule, doctype: &Doctype, tag: Tag) -> Result<Stamp, Denial> {
        let label = self.label.join(&Label::of([tag]));
        if !label.flows_to(&self.clearance) {
            let (doctype, clearance) = (doctype.clone(), self.clearance.clone());
            let reason = Reason::WritesAbove { doctype, label, clearance };
            return Err(Denial::new(rule, &self.component, reason));
        }
        Ok(Stamp { label, influence: self.influence.clone() })
    }

    fn in_world(&self, rule: Rule, allowed: bool, act: Act) -> Result<(), Denial> {
        if allowed {
            return Ok(());
        }
        Err(Denial::new(rule, &self.component, Reason::WrongWorld { act }))
    }

    fn not_granted(&self, rule: Rule, doctype: &Doctype, action: Action) -> Denial {
        let reason = Reason::NotGranted { doctype: doctype.clone(), action };
        Denial::new(rule, &self.component, reason)
    }
}
