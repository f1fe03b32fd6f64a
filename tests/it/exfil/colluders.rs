//! One who knows and one who watches: two homes that differ in the secret alone must look the same.

use domicile::flow::Fault;
use domicile::registry;
use domicile::runs::page::PageAnswer;
use domicile_policy::{Influence, Label};
use jiff::SignedDuration;

use super::attack::{Attack, Colluders, Step};
use super::component;
use crate::support::{STATEMENT, World, text};

/// What is told apart: the shop of one operation.
const SECRET: &str = "MARKER-GROCER";
const OTHER: &str = "MARKER-DOCTOR";

/// Run it, and its control.
pub async fn run(attack: &Attack, story: &Colluders) {
    let (world, seen) = watch(story, SECRET, Fault::Nothing).await;
    let (_, other) = watch(story, OTHER, Fault::Nothing).await;
    assert_eq!(seen, other, "{}: the observers can tell the homes apart", attack.id);
    assert!(!seen.contains("MARKER"), "{}: the secret is seen: {seen}", attack.id);
    assert!(seen.contains(&story.sees), "{}: nothing at all is seen: {seen}", attack.id);
    attack.is_in_the_trail(&world).await;

    assert!(!story.without.is_empty(), "{}: no rule stands in its way", attack.id);
    let mut held = Vec::new();
    for &fault in &story.without {
        let (_, seen) = watch(story, SECRET, fault).await;
        let (_, other) = watch(story, OTHER, fault).await;
        held.extend((seen == other).then_some(fault));
    }
    assert!(held.is_empty(), "{}: it fails even with {held:?}", attack.id);
}

/// What the observers see in a home with this secret.
async fn watch(story: &Colluders, secret: &str, fault: Fault) -> (World, String) {
    let statement = STATEMENT.replace(SECRET, secret);
    let world = component::colluders(fault).await.and_statement(&statement).await;
    let mut seen = String::new();
    let mut page = Page::bookmark();
    for step in &story.runs {
        page = match step.minutes {
            Some(minutes) => jobs(&world, step, minutes).await,
            None => page.next(&world, step).await,
        };
        if step.observes {
            seen.push_str(&page.text);
            seen.push('\n');
        }
    }
    (world, seen)
}

/// Let jobs run: what the service has done, and when it does so next.
async fn jobs(world: &World, step: &Step, minutes: i64) -> Page {
    world.house.clock().advance(SignedDuration::from_mins(minutes));
    domicile::jobs::settle(&world.house, &world.home).await.unwrap();
    let service = registry::find(&world.home, &step.component.parse().unwrap()).unwrap();
    let now = domicile::jobs::overview(&world.house, &world.home, &service).unwrap();
    let mut text = format!("next {:?}", now.next);
    for ran in now.runs {
        text.push_str(&format!("\n{} {:?} {}", ran.at, ran.cause, ran.outcome));
    }
    Page { text, ..Page::bookmark() }
}

/// What a browser shows, and what a request from there carries.
struct Page {
    text: String,
    label: Label,
    influence: Influence,
    /// The last of its panels.
    panel: Option<Box<Page>>,
}

impl From<PageAnswer> for Page {
    fn from(mut answer: PageAnswer) -> Page {
        let panel = answer.panels.pop().and_then(Result::ok);
        let panel = panel.map(|panel| Box::new(panel.into()));
        let text = text(&answer);
        Page { text, label: answer.label, influence: answer.influence, panel }
    }
}

impl Page {
    /// No page at all: what the owner typed or kept.
    fn bookmark() -> Page {
        let (label, influence) = (Label::nothing(), Influence::nobody());
        Page { text: String::new(), label, influence, panel: None }
    }

    /// The page that this step asks for, with `PAGE` for what this one says.
    async fn next(self, world: &World, step: &Step) -> Page {
        let from = match self.panel {
            Some(panel) if step.from_panel => *panel,
            _ if step.follows || step.bare => self,
            _ => Page::bookmark(),
        };
        let said = from.text.replace(['"', '\\', '\n'], "'");
        let path = format!("/{}", step.program.trim().replace("PAGE", &said));
        let token = (!step.bare).then_some((from.label, from.influence));
        match world.visit(&step.component, &path, token).await {
            Ok(answer) => answer.into(),
            Err(error) => Page { text: error.to_string(), ..Page::bookmark() },
        }
    }
}
