// Where an attack would arrive. Out: a foreign name and a port of its own on this machine, and
// whether anybody asked for that name or connected to that port: not even a request is needed.
import { createServer } from "node:http";
import { once } from "node:events";
import { names } from "./names.mjs";

/** Each sink has a name of its own, for a question tells no port. */
const SITE = "evil.test";
const sinks = new Map();

/** Starts the name server that tells each sink of the questions about it. */
export const listen = () => names((name) => sinks.get(name)?.notice("a question for " + name));

/** What follows an attack on its page: one that left a quote open takes it along. */
export const END = '<p title="The end">The end</p>';

/** Starts to listen. `seen` counts connections; `first` waits for one. */
export async function recorder() {
  const server = createServer((_, response) => response.end("caught"));
  const sink = { seen: 0, what: [] };
  sink.first = new Promise((resolve) => {
    sink.notice = (what) => {
      sink.seen += 1;
      sink.what.push(what);
      resolve();
    };
  });
  server.on("connection", () => sink.notice("a connection"));
  server.on("request", ({ method, url }) => sink.what.push(method + " " + url));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const name = "s" + sinks.size + "." + SITE;
  sinks.set(name, sink);
  sink.host = name + ":" + server.address().port;
  sink.url = "http://" + sink.host;
  sink.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return sink;
}

/** An attack's words with the recorder's address in them. */
export const aimed = (text, sink) =>
  text.replaceAll("{{sink}}", sink.url).replaceAll("{{host}}", sink.host);

/** The server without any protection: it sends what `answers` says, byte by byte. */
export async function unprotected() {
  const answers = new Map();
  const server = createServer((request, response) => {
    const answer = answers.get(request.url);
    if (!answer) return response.writeHead(404).end();
    const headers = { "content-type": "text/html; charset=utf-8", ...answer.headers };
    response.writeHead(answer.status ?? 200, headers).end("<!doctype html>" + answer.html + END);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = "http://unprotected.localhost:" + server.address().port;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  /** Puts an answer there; says where it is. */
  const put = (name, answer) => {
    answers.set("/" + name, answer);
    return origin + "/" + name;
  };
  return { put, stop };
}
