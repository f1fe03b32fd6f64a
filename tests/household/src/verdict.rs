//! What is true of a household. In: all that happened. Out: the matches, the alerts and what only
//! looks like one. Never here: a document read back.

use crate::bills::{About, Bill};
use crate::care::Way;
use crate::truth::{Alert, Kind, Match, Quiet, Reason, Role, Truth};
use crate::world::{Act, NEAR_CENTS, Payer, World, Wrong};

pub fn reach(world: &World, bills: &[Bill]) -> Truth {
    let copies = bills
        .iter()
        .filter_map(|bill| Some((bill.id.clone(), bills.get(bill.copy_of?)?.id.clone())));
    let copies: Vec<(String, String)> = copies.collect();
    let originals = bills.iter().filter(|bill| bill.copy_of.is_none());
    let mut matches: Vec<Match> = originals.flat_map(|bill| matches(world, bill)).collect();
    matches.sort();
    let view = View { world, bills };
    let mut alerts: Vec<Alert> = world.wrongs.iter().map(|wrong| view.alert(wrong)).collect();
    alerts.sort();
    let mut quiet = view.quiet();
    quiet.extend(copies.iter().map(|(copy, _)| Quiet {
        reason: Reason::Duplicate,
        bills: vec![copy.clone()],
        operations: Vec::new(),
    }));
    quiet.sort();
    Truth { matches, alerts, quiet, copies }
}

fn matches(world: &World, bill: &Bill) -> Vec<Match> {
    let (debits, credits): (&[usize], &[usize]) = match bill.about {
        About::Act { act, payment } => (&world.acts[act].debits, &world.payments[payment].credits),
        About::ThirdParty { .. } => (&[], &[]),
        About::Payment(at) => (&[], &world.payments[at].credits),
        About::Invoice(at) => {
            let invoice = &world.invoices[at];
            (invoice.debit.as_slice(), invoice.credit.as_slice())
        }
    };
    let sides = [(Role::Debit, debits), (Role::Credit, credits)];
    let some = sides.into_iter().filter(|(_, operations)| !operations.is_empty());
    some.map(|(role, at)| Match { bill: bill.id.clone(), role, operations: ids(world, at) })
        .collect()
}

fn ids(world: &World, operations: &[usize]) -> Vec<String> {
    operations.iter().map(|at| world.operations[*at].id.clone()).collect()
}

struct View<'a> {
    world: &'a World,
    bills: &'a [Bill],
}

impl View<'_> {
    fn bills(&self, is_wanted: impl Fn(About) -> bool) -> Vec<String> {
        let wanted =
            self.bills.iter().filter(|bill| bill.copy_of.is_none() && is_wanted(bill.about));
        wanted.map(|bill| bill.id.clone()).collect()
    }

    fn of_act(&self, at: usize) -> Vec<String> {
        self.bills(|about| match about {
            About::Act { act, .. } | About::ThirdParty { act, .. } => act == at,
            About::Payment(_) | About::Invoice(_) => false,
        })
    }

    fn of_payment(&self, at: usize) -> Vec<String> {
        self.bills(|about| match about {
            About::Act { payment, .. } | About::Payment(payment) => payment == at,
            About::ThirdParty { .. } | About::Invoice(_) => false,
        })
    }

    fn alert(&self, wrong: &Wrong) -> Alert {
        let world = self.world;
        let act = &world.acts[wrong.act];
        let payer = wrong.payment.map_or(Payer::Public, |at| world.payments[at].payer);
        let mut bills = self.of_act(wrong.act);
        bills.extend(wrong.payment.map(|at| self.of_payment(at)).unwrap_or_default());
        bills.sort();
        bills.dedup();
        let is_actless = !world.lists_acts(payer);
        Alert {
            kind: wrong.kind,
            payer: world.vendor(payer).to_owned(),
            bills,
            operations: ids(world, &act.debits),
            missing: wrong.missing,
            beneficiary: if wrong.kind == Kind::SheetLost || is_actless {
                String::new()
            } else {
                world.people[act.person].name.to_owned()
            },
        }
    }

    fn quiet(&self) -> Vec<Quiet> {
        let world = self.world;
        let of_operations = world.quiet.iter().map(|(reason, operations)| Quiet {
            reason: *reason,
            bills: Vec::new(),
            operations: ids(world, operations),
        });
        let of_acts = (0..world.acts.len()).flat_map(|at| self.of_an_act(at));
        let of_payments = (0..world.payments.len()).flat_map(|at| self.of_a_payment(at));
        of_operations.chain(of_acts).chain(of_payments).collect()
    }

    fn of_an_act(&self, at: usize) -> Vec<Quiet> {
        let (world, act) = (self.world, &self.world.acts[at]);
        let who = &world.people[act.person];
        let is_wrong = world.wrongs.iter().any(|wrong| wrong.act == at);
        let is_paid_out = act.care.way == Way::ThirdParty;
        let top_up = world.top_up_of(act);
        let holds = [
            (Reason::ThirdParty, is_paid_out && !self.of_act(at).is_empty()),
            (Reason::BeforeHistory, act.is_old),
            (Reason::TooYoung, !is_wrong && !act.is_old && self.is_waiting(act)),
            (Reason::NotCovered, who.insurer.is_none() && act.public > 0 && act.cost > act.public),
            (Reason::FullyCovered, who.is_fully_covered && act.public == act.cost),
            (Reason::ExcessFees, act.top_up > 0 && act.cost > act.public + act.top_up),
            (
                Reason::ListsNoAct,
                act.top_up > 0 && top_up.is_some_and(|payer| !world.lists_acts(payer)),
            ),
        ];
        let real = holds.into_iter().filter(|(_, holds)| *holds);
        let quiet = |(reason, _)| Quiet {
            reason,
            bills: self.of_act(at),
            operations: ids(world, &act.debits),
        };
        real.map(quiet).collect()
    }

    /// Whether it was paid for, and an insurer's money is still to come.
    fn is_waiting(&self, act: &Act) -> bool {
        let payments = [act.public_payment, act.top_up_payment].into_iter().flatten();
        let is_late = |at: usize| {
            let payment = &self.world.payments[at];
            let credits = payment.credits.iter();
            let paid: i64 = credits.map(|credit| self.world.operations[*credit].amount).sum();
            paid + NEAR_CENTS < payment.amount
        };
        !act.debits.is_empty() && payments.into_iter().any(is_late)
    }

    fn of_a_payment(&self, at: usize) -> Vec<Quiet> {
        let payment = &self.world.payments[at];
        let is_told = payment.told.is_some_and(|day| day <= self.world.today);
        let is_paid = !payment.credits.is_empty();
        let is_wrong = self.world.wrongs.iter().any(|wrong| wrong.payment == Some(at));
        let holds = [
            (Reason::StatementLate, is_paid && !is_told),
            (Reason::KeptBack, is_paid && payment.kept_for_others > 0),
            (Reason::Rounded, is_paid && payment.is_rounded),
            (Reason::InTwo, payment.credits.len() > 1 && !is_wrong),
        ];
        let real = holds.into_iter().filter(|(_, holds)| *holds);
        let quiet = |(reason, _)| Quiet {
            reason,
            bills: self.of_payment(at),
            operations: ids(self.world, &payment.credits),
        };
        real.map(quiet).collect()
    }
}
