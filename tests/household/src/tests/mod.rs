mod fixtures;
mod households;
mod judged;
