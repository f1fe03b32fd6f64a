//! `domicile:docs`: read, query and write.

use domicile_store::{Document as Stored, Query, SortKey};

use super::bindings::app::domicile::docs::{query, read, types, write};
use crate::engine::state::RunState;
use crate::flow::Refused;

impl types::Host for RunState {}

impl read::Host for RunState {
    async fn get_many(
        &mut self,
        doctype: String,
        ids: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<Option<types::Document>>, types::Error>> {
        let found = self.session.get_many(&doctype, &ids);
        Ok(found.map(|all| all.into_iter().map(|one| one.map(document)).collect()).map_err(error))
    }
}

impl query::Host for RunState {
    async fn find(
        &mut self,
        request: query::Request,
    ) -> wasmtime::Result<Result<query::Page, types::Error>> {
        let (doctype, query, origins) = parts(request);
        let page = self.session.find(&doctype, &query, &origins);
        Ok(page.map(page_out).map_err(error))
    }

    async fn count(
        &mut self,
        request: query::Request,
    ) -> wasmtime::Result<Result<u64, types::Error>> {
        let (doctype, query, origins) = parts(request);
        Ok(self.session.count(&doctype, &query, &origins).map_err(error))
    }

    async fn changes(
        &mut self,
        doctype: String,
        cursor: Option<String>,
        limit: u32,
    ) -> wasmtime::Result<Result<query::ChangePage, types::Error>> {
        let page = self.session.changes(&doctype, cursor.as_deref(), limit as usize);
        let out = page.map(|page| query::ChangePage {
            changes: page
                .changes
                .into_iter()
                .map(|change| query::Change {
                    id: change.id,
                    document: change.document.map(document),
                })
                .collect(),
            next: page.next,
            more: page.more,
        });
        Ok(out.map_err(error))
    }
}

impl write::Host for RunState {
    async fn create_many(
        &mut self,
        doctype: String,
        bodies: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<write::Created>, types::Error>> {
        let written = self.session.create_many(&doctype, bodies).await;
        let created = written.map(|all| {
            all.into_iter()
                .map(|one| write::Created { id: one.id, revision: one.revision })
                .collect()
        });
        Ok(created.map_err(error))
    }

    async fn update_many(
        &mut self,
        doctype: String,
        updates: Vec<write::Update>,
    ) -> wasmtime::Result<Result<Vec<String>, types::Error>> {
        let updates = updates.into_iter().map(|one| (one.id, one.revision, one.body)).collect();
        let written = self.session.update_many(&doctype, updates).await;
        Ok(written.map(|all| all.into_iter().map(|one| one.revision).collect()).map_err(error))
    }

    async fn delete_many(
        &mut self,
        doctype: String,
        removals: Vec<write::Removal>,
    ) -> wasmtime::Result<Result<(), types::Error>> {
        let removals = removals.into_iter().map(|one| (one.id, one.revision)).collect();
        Ok(self.session.delete_many(&doctype, removals).await.map_err(error))
    }
}

fn parts(request: query::Request) -> (String, Query, Vec<String>) {
    let sort = request.sort.into_iter();
    let sort = sort.map(|key| SortKey { field: key.field, descending: key.descending }).collect();
    let query = Query {
        selector: request.selector,
        sort,
        limit: request.limit as usize,
        cursor: request.cursor,
    };
    (request.doctype, query, request.origins)
}

fn page_out(page: domicile_store::Page) -> query::Page {
    let documents = page.documents.into_iter().map(document).collect();
    query::Page { documents, next: page.next }
}

fn document(stored: Stored) -> types::Document {
    types::Document { id: stored.id, revision: stored.revision, body: stored.body }
}

fn error(refused: Refused) -> types::Error {
    match refused {
        Refused::Absent => types::Error::Absent,
        Refused::Conflict => types::Error::Conflict,
        Refused::Invalid(text) => types::Error::Invalid(text),
        Refused::Unavailable => types::Error::Unavailable,
    }
}
