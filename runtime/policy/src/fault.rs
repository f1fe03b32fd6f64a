//! Decisions with one rule off: for the tests that test the tests.
//!
//! In flow a fault and the arguments of a decision; out flows the decision, wrong where the fault
//! says so. Every attack and every property is tried a second time with a fault, and has to find
//! it: what holds anyhow proves nothing. Without the feature `faults` each decision is the run's
//! own, whatever the fault is called.

use crate::denial::{Denial, Reason};
use crate::event::Event;
use crate::grant::{Action, Grants};
use crate::influence::Influence;
use crate::label::Label;
use crate::name::{ComponentId, Doctype, ProviderId};
use crate::run::Run;
use crate::scope::{ChangeScope, ReadScope, Stamp};
use crate::world::{Cause, World};

macro_rules! faults {
    ($($fault:ident $rule:literal $text:literal,)*) => {
        /// The rule that is off, and how.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Fault {
            /// None: all hold.
            #[default]
            Nothing,
            $(#[doc = $text] $fault,)*
        }

        impl Fault {
            /// Every fault, in the order of the rules.
            pub const ALL: &'static [Fault] = &[$(Fault::$fault),*];

            /// The rule that it breaks.
            pub fn rule(self) -> &'static str {
                match self {
                    Fault::Nothing => "none",
                    $(Fault::$fault => $rule,)*
                }
            }
        }
    };
}

faults! {
    StartsAbove "R1" "A run starts although it is given more than it may know.",
    SharedSequence "R2" "Documents are numbered over the whole home.",
    Taint "R3" "A run that looks at something learns nothing by it.",
    LearnsWhatItFinds "R3" "A run learns the labels of what it found, not of all that it asked.",
    LearnsUnlessEmpty "R3" "A look that finds nothing teaches nothing.",
    CountTeachesNothing "R3" "A count teaches nothing.",
    FeedTeachesNothing "R3" "The change feed teaches nothing.",
    SeesAbove "R3" "A look sees more compartments than the run learns of.",
    Grants "R4" "What is not granted is shown as well.",
    ReadTeachesNothing "R4" "A read by id teaches nothing.",
    TellsHidden "R4" "A hidden id has another answer than one that never was.",
    CreateTeachesNothing "R5" "A run learns nothing of the compartment that it creates in.",
    CreatesLow "R5" "A new document is labelled as if its writer knew nothing.",
    UpdatesInPlace "R6" "An update goes into the document, whatever its writer knows.",
    DeletesInPlace "R6" "A deletion takes the document, whatever its writer knows.",
    DepositTells "R7" "A deposit fails where another compartment has its key.",
    SendsAbove "R8" "Anything may be sent.",
    ReceivesNothing "R9" "An answer from outside teaches nothing.",
    AnyCause "R10" "Anything may start a component that has a network.",
    Token "R11" "A request counts as its owner's own, whatever page made it.",
    NoToken "R11" "A request without a token counts as its owner's own.",
    SpawnWaits "R12" "A run sees how its child ended.",
    PanelForgets "R12" "A panel's links and forms carry what the page around it knows.",
    EventsReachAll "R13" "An event reaches those who are not cleared for it.",
    SharedQuota "R15" "One quota serves the whole home.",
    ConflictTells "R16" "A change of something hidden is a conflict, not an absence.",
    LogsLow "R17" "What a run prints is labelled as if it knew nothing.",
    NoticesLow "R17" "A notice is labelled as if its run knew nothing.",
    StateLow "R17" "State is labelled as if its run knew nothing.",
    StateAbove "R17" "State is seen that was set by a run that knew more.",
    ClockRuns "R18" "A run's clock runs.",
}

/// How documents are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// By their ids.
    Read,
    /// By a question.
    Find,
    /// By their number.
    Count,
    /// By their changes.
    Feed,
}

impl Look {
    /// What has to be granted for it.
    pub fn action(self) -> Action {
        match self {
            Look::Read => Action::Read,
            Look::Find | Look::Count | Look::Feed => Action::Query,
        }
    }
}

/// What a run leaves in the home besides documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A value of its own.
    State,
    /// A message to the owner.
    Notice,
    /// What it printed.
    Log,
}

impl Fault {
    /// Whether this is the fault. Never, in a program that someone runs.
    pub fn is(self, fault: Fault) -> bool {
        cfg!(feature = "faults") && self == fault
    }

    /// Start a run.
    pub fn start(
        self,
        component: ComponentId,
        world: World,
        grants: Grants,
        cause: Cause,
    ) -> Result<Run, Denial> {
        let started = Run::start(component.clone(), world.clone(), grants.clone(), cause);
        match started {
            Err(Denial { reason, .. })
                if match *reason {
                    Reason::StartsAbove { .. } => self.is(Fault::StartsAbove),
                    Reason::WrongCause { .. } => self.is(Fault::AnyCause),
                    _ => false,
                } =>
            {
                Run::start(component, world, grants, Cause::OwnerTrusted)
            }
            started => started,
        }
    }

    /// Look at documents.
    pub fn read(
        self,
        run: &mut Run,
        doctype: &Doctype,
        look: Look,
        origins: &[ProviderId],
    ) -> Result<ReadScope, Denial> {
        let forgets = self.is(Fault::Taint)
            || self.is(Fault::LearnsWhatItFinds)
            || self.is(Fault::LearnsUnlessEmpty)
            || self.is(Fault::CountTeachesNothing) && look == Look::Count
            || self.is(Fault::FeedTeachesNothing) && look == Look::Feed
            || self.is(Fault::ReadTeachesNothing) && look == Look::Read;
        let scope = if forgets {
            run.clone().read(doctype, look.action(), origins)
        } else {
            run.read(doctype, look.action(), origins)
        };
        match scope {
            Ok(scope) if self.is(Fault::SeesAbove) => {
                Ok(ReadScope { admitted: Label::everything(), ..scope })
            }
            Err(_) if self.is(Fault::Grants) => Ok(ReadScope {
                doctype: doctype.clone(),
                admitted: Label::everything(),
                fields: None,
                rows: None,
            }),
            scope => scope,
        }
    }

    /// A look has found documents with these labels.
    pub fn found<'a>(
        self,
        run: &mut Run,
        scope: &ReadScope,
        labels: impl IntoIterator<Item = &'a Label>,
    ) {
        let mut labels = labels.into_iter().peekable();
        if self.is(Fault::LearnsUnlessEmpty) && labels.peek().is_some() {
            *run = run.knowing(&scope.admitted);
        }
        if self.is(Fault::LearnsWhatItFinds) {
            *run = labels.fold(run.clone(), |run, label| run.knowing(label));
        }
    }

    /// What a new document is stamped with.
    pub fn create(self, run: &mut Run, doctype: &Doctype) -> Result<Stamp, Denial> {
        if self.is(Fault::CreatesLow) {
            return run.ignorant().create(doctype);
        }
        if self.is(Fault::CreateTeachesNothing) {
            run.clone().create(doctype)
        } else {
            run.create(doctype)
        }
    }

    /// Change documents, or delete them.
    pub fn change(
        self,
        run: &mut Run,
        doctype: &Doctype,
        delete: bool,
    ) -> Result<ChangeScope, Denial> {
        let forgets = self.is(Fault::Taint)
            || self.is(Fault::LearnsWhatItFinds)
            || self.is(Fault::LearnsUnlessEmpty);
        let in_place =
            self.is(Fault::UpdatesInPlace) && !delete || self.is(Fault::DeletesInPlace) && delete;
        let scope = if forgets { run.clone().change(doctype) } else { run.change(doctype) };
        scope.map(|scope| {
            if in_place { ChangeScope { run_label: Label::nothing(), ..scope } } else { scope }
        })
    }

    /// Whether a request may leave.
    pub fn send(self, run: &Run) -> Result<(), Denial> {
        match run.send() {
            Err(denial)
                if self.is(Fault::SendsAbove)
                    && matches!(*denial.reason, Reason::SendsAbove { .. }) =>
            {
                Ok(())
            }
            sent => sent,
        }
    }

    /// Something came in from outside.
    pub fn receive(self, run: &mut Run) {
        if !self.is(Fault::ReceivesNothing) {
            run.receive();
        }
    }

    /// What is written on something that a run leaves.
    pub fn stamp(self, run: &Run, kept: Kept) -> Stamp {
        let low = match kept {
            Kept::State => self.is(Fault::StateLow),
            Kept::Notice => self.is(Fault::NoticesLow),
            Kept::Log => self.is(Fault::LogsLow),
        };
        if low { run.ignorant().stamp() } else { run.stamp() }
    }

    /// The state that a run sees.
    pub fn state_visible(self, run: &Run) -> &Label {
        if self.is(Fault::StateAbove) { run.clearance() } else { run.state_visible() }
    }

    /// What a request carries of the page that made it.
    pub fn token(self, token: Option<(Label, Influence)>) -> Option<(Label, Influence)> {
        if self.is(Fault::Token) || self.is(Fault::NoToken) && token.is_none() {
            return Some((Label::nothing(), Influence::nobody()));
        }
        token
    }

    /// What the links and forms of a panel carry, when its run has ended.
    pub fn panel(self, page: &Run, panel: &Run) -> Stamp {
        if self.is(Fault::PanelForgets) { page.stamp() } else { panel.stamp() }
    }

    /// Why an event starts a component.
    pub fn event(self, event: &Event, world: &World, grants: &Grants) -> Option<Cause> {
        let cause = event.reaches(world, grants);
        if cause.is_some() || !self.is(Fault::EventsReachAll) {
            return cause;
        }
        let cause = Cause::Event { label: Label::nothing(), influence: event.influence.clone() };
        world.starts_by(&cause).then_some(cause)
    }

    /// Whether a run sees how its child ended.
    pub fn sees_end_of(self, run: &Run, child: &Run) -> bool {
        self.is(Fault::SpawnWaits) || run.sees_end_of(child)
    }
}
