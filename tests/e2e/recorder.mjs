// Where an attack would arrive. Out: a name and an address of its own within this network, and
// whether anybody asked for that name or sent to that address: not even a request is needed.
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { names } from "./names.mjs";

const SITE = "evil.test";
/** What stays on this machine (alone.sh). */
const HERE = /^(127\.|192\.0\.2\.1$|::1$)/;
const sinks = [];
const named = new Map();
const addressed = new Map();

/** Sinks answer on the addresses that are kept for tests of a network. */
const address = (at) => "198.18." + (at >> 8) + "." + (at & 255);

/**
 * Starts to listen for questions and packets, each of which has its sink. `elsewhere` is what went
 * to no sink, nor stayed on this machine.
 */
export async function listen() {
  const elsewhere = [];
  const ignore = await names((name) => {
    const sink = named.get(name);
    sink?.notice("a question for " + name);
    return sink?.address;
  });
  const packets = spawn("python3", [fileURLToPath(new URL("packets.py", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(packets.stdout);
  await Promise.race([
    once(lines, "line"),
    once(packets, "exit").then(() => Promise.reject(new Error("nobody watches the packets"))),
  ]);
  lines.on("line", (line) => {
    const to = / (\S+) \d+$/.exec(line)[1];
    if (addressed.has(to)) addressed.get(to).notice("a packet by " + line);
    else if (!HERE.test(to)) elsewhere.push(line);
  });
  const stop = () => {
    packets.kill();
    ignore();
  };
  return { elsewhere, stop };
}

/** What follows an attack on its page: one that left a quote open takes it along. */
export const END = '<p title="The end">The end</p>';

/** Starts to listen. `seen` counts what arrived; `first` waits for one. */
export async function recorder() {
  const sink = { seen: 0, what: [], address: address(sinks.length) };
  sink.first = new Promise((resolve) => {
    sink.notice = (what) => {
      sink.seen += 1;
      sink.what.push(what);
      resolve();
    };
  });
  const name = "s" + sinks.length + "." + SITE;
  sinks.push(sink);
  named.set(name, sink);
  addressed.set(sink.address, sink);
  const server = createServer((_, response) => response.end("caught"));
  server.on("request", ({ method, url }) => sink.what.push(method + " " + url));
  server.listen(0, sink.address);
  await once(server, "listening");
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
  text
    .replaceAll("{{sink}}", sink.url)
    .replaceAll("{{host}}", sink.host)
    .replaceAll("{{address}}", sink.address);

/** What was aimed at one sink, aimed at another. */
export const turned = (text, from, to) =>
  text.replaceAll(from.host, to.host).replaceAll(from.address, to.address);

/** The server without any protection: it sends what `answers` says, byte by byte. */
export async function unprotected() {
  const answers = new Map();
  const server = createServer((request, response) => {
    const answer = answers.get(request.url);
    if (!answer) return response.writeHead(404).end();
    const headers = { "content-type": "text/html; charset=utf-8", ...answer.headers };
    const body = answer.body ?? "<!doctype html>" + answer.html + END;
    response.writeHead(answer.status ?? 200, headers).end(body);
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
