//! `domicile:konnector`: a konnector's requests, its streams, its account and what its provider
//! sent; `domicile:files/download`, which is a request too.

use wasmtime::component::Resource;

use super::bindings::konnector::domicile::files::download;
use super::bindings::konnector::domicile::konnector::{account, hook, net, stream};
use crate::egress::{Answer, Body};
use crate::engine::state::RunState;
use crate::flow::download::Downloaded;
use crate::flow::hooks::Message;
use crate::flow::net::{Ask, Barred};
use crate::flow::stream::Connection;

impl net::Host for RunState {
    async fn fetch(
        &mut self,
        request: net::Request,
    ) -> wasmtime::Result<Result<net::Response, net::Error>> {
        let answer = self.session.fetch_many(vec![ask(request)]).await.pop();
        Ok(answer.unwrap_or(Err(Barred::Unreachable)).map(response).map_err(error))
    }

    async fn fetch_many(
        &mut self,
        requests: Vec<net::Request>,
    ) -> wasmtime::Result<Vec<Result<net::Response, net::Error>>> {
        let answers = self.session.fetch_many(requests.into_iter().map(ask).collect()).await;
        Ok(answers.into_iter().map(|answer| answer.map(response).map_err(error)).collect())
    }
}

impl download::Host for RunState {
    async fn download(
        &mut self,
        request: net::Request,
        path: String,
        key: String,
        mime: String,
    ) -> wasmtime::Result<Result<download::Downloaded, net::Error>> {
        let brought = self.session.download(ask(request), &path, &key, &mime).await;
        let brought = brought.map(|Downloaded { status, headers, size }| download::Downloaded {
            status,
            headers,
            size,
        });
        Ok(self.told(brought)?.map_err(error))
    }
}

impl stream::Host for RunState {
    async fn open(
        &mut self,
        name: String,
    ) -> wasmtime::Result<Result<Resource<Connection>, stream::Error>> {
        Ok(match self.session.open_stream(&name).await {
            Ok(connection) => Ok(self.table.push(connection)?),
            Err(barred) => Err(of_stream(barred)),
        })
    }
}

impl stream::HostConnection for RunState {
    async fn read(
        &mut self,
        this: Resource<Connection>,
        max: u32,
    ) -> wasmtime::Result<Result<Vec<u8>, stream::Error>> {
        let connection = self.table.get_mut(&this)?;
        let read = self.session.read_stream(connection, max as usize).await;
        Ok(read.map_err(of_stream))
    }

    async fn write(
        &mut self,
        this: Resource<Connection>,
        bytes: Vec<u8>,
    ) -> wasmtime::Result<Result<(), stream::Error>> {
        let connection = self.table.get_mut(&this)?;
        let written = self.session.write_stream(connection, &bytes).await;
        Ok(written.map_err(of_stream))
    }

    async fn drop(&mut self, this: Resource<Connection>) -> wasmtime::Result<()> {
        self.table.delete(this)?;
        Ok(())
    }
}

impl account::Host for RunState {
    async fn locale(&mut self) -> wasmtime::Result<String> {
        Ok(self.session.viewer().locale.to_owned())
    }

    async fn recipe(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(self.session.recipe())
    }

    async fn field(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        Ok(self.session.field(&name))
    }

    async fn challenge(
        &mut self,
        secret: String,
        question: String,
    ) -> wasmtime::Result<Result<(), account::Error>> {
        Ok(self.session.challenge(&secret, &question).await.map_err(unanswered))
    }

    async fn visit(
        &mut self,
        route: String,
        slots: Vec<(String, String)>,
        query: Vec<(String, String)>,
    ) -> wasmtime::Result<Result<(), account::Error>> {
        let ask = Ask { route, slots, query, headers: Vec::new(), body: Body::None };
        Ok(self.session.visit(ask).await.map_err(unanswered))
    }
}

fn unanswered(barred: Barred) -> account::Error {
    match barred {
        Barred::Unreachable => account::Error::Unanswered,
        Barred::Invalid(text) => account::Error::Invalid(text),
        _ => account::Error::Refused,
    }
}

impl hook::Host for RunState {
    async fn next(&mut self) -> wasmtime::Result<Option<hook::Message>> {
        let message = self.session.next_message();
        Ok(message.map(|Message { content_type, body, .. }| hook::Message { content_type, body }))
    }
}

fn ask(request: net::Request) -> Ask {
    let net::Request { route, slots, query, headers, body } = request;
    let body = match body {
        net::Body::None => Body::None,
        net::Body::Json(text) => Body::Json(text),
        net::Body::Form(fields) => Body::Form(fields),
        net::Body::Bytes(bytes) => Body::Bytes(bytes),
    };
    Ask { route, slots, query, headers, body }
}

fn response(answer: Answer) -> net::Response {
    let Answer { status, headers, body } = answer;
    net::Response { status, headers, body }
}

fn error(barred: Barred) -> net::Error {
    match barred {
        Barred::Refused => net::Error::Refused,
        Barred::Invalid(text) => net::Error::Invalid(text),
        // No request signs in by itself.
        Barred::NoSecret | Barred::Login => net::Error::NoSecret,
        Barred::Spent => net::Error::Spent,
        Barred::Unreachable => net::Error::Unreachable,
    }
}

fn of_stream(barred: Barred) -> stream::Error {
    match barred {
        Barred::Refused => stream::Error::Refused,
        Barred::Invalid(text) => stream::Error::Invalid(text),
        Barred::NoSecret => stream::Error::NoSecret,
        Barred::Login => stream::Error::LoginFailed,
        Barred::Spent => stream::Error::Spent,
        Barred::Unreachable => stream::Error::Unreachable,
    }
}
