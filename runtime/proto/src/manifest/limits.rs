//! How much a manifest may hold.

/// The whole text.
pub const MANIFEST_BYTES_MAX: usize = 64 * 1024;
/// Lines of consent.
pub const GRANTS_MAX: usize = 32;
/// Outward links.
pub const LINKS_MAX: usize = 16;
/// Slots of one link.
pub const SLOTS_MAX: usize = 8;
/// Characters of the text that fills a slot.
pub const SLOT_LENGTH_MAX: usize = 80;
/// Gates.
pub const GATES_MAX: usize = 8;
/// Answers of one gate that can be told apart: with silence, 20 bits a day.
pub const GATE_ANSWERS_MAX: u64 = 1_000_000;
/// Characters of a link's template.
pub const TEMPLATE_LENGTH_MAX: usize = 500;
/// Origins of one provider.
pub const ORIGINS_MAX: usize = 16;
/// Requests that a konnector may make.
pub const ROUTES_MAX: usize = 64;
/// Streams that a konnector may open.
pub const STREAMS_MAX: usize = 8;
/// Slots of a route, and parameters of its query.
pub const ROUTE_QUERY_MAX: usize = 32;
/// Characters of the text that fills a slot of a route.
pub const ROUTE_SLOT_LENGTH_MAX: usize = 2_000;
/// Characters of the path that a component chooses in a free route.
pub const FREE_PATH_LENGTH_MAX: usize = 2_000;
/// Characters of the template of a body.
pub const BODY_TEMPLATE_LENGTH_MAX: usize = 2_000;
/// Secrets of a konnector, and its fields.
pub const SECRETS_MAX: usize = 8;
/// Characters of a name of a component, a publisher or a provider.
pub const NAME_LENGTH_MAX: usize = 60;
/// Characters of a description.
pub const DESCRIPTION_LENGTH_MAX: usize = 500;
/// Characters of the reason for a grant.
pub const WHY_LENGTH_MAX: usize = 200;
/// Characters of a version.
pub const VERSION_LENGTH_MAX: usize = 32;
/// Fields that one grant is narrowed to.
pub const FIELDS_MAX: usize = 64;
/// Characters of the path of a field.
pub const FIELD_LENGTH_MAX: usize = 200;
/// Bytes of the selector that one grant is narrowed to.
pub const ROWS_BYTES_MAX: usize = 4 * 1024;
/// Levels of that selector.
pub const ROWS_DEPTH_MAX: usize = 8;
/// Endings of files that an importer accepts.
pub const ACCEPT_MAX: usize = 16;
/// Characters of an ending, the dot left out.
pub const ENDING_LENGTH_MAX: usize = 12;
/// Doctypes whose changes start a service.
pub const EVENTS_MAX: usize = 16;
/// Minutes between two runs by the clock.
pub const SCHEDULE_MINUTES_MIN: u32 = 5;
/// The longest time between them that can be asked for.
pub const SCHEDULE_MINUTES_MAX: u32 = 31 * 24 * 60;
/// Entries of any other list.
pub const WORDS_MAX: usize = 16;
/// Bytes of a recipe, as JSON.
pub const RECIPE_BYTES_MAX: usize = 48 * 1024;
