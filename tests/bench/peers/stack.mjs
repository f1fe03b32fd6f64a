// A home as Cozy's stack keeps one, as far as permissions go: an app is a Node process with a
// token; the token allows verbs on whole doctypes, and documents behave as CouchDB's. In: a folder
// with a folder for each doctype. Out: the address of each app, one to a line. Never here: labels;
// Cozy has none.
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const APPS = {
  reader: { "io.cozy.notes": "ALL", "io.cozy.files": "ALL", "io.cozy.reader.settings": "ALL" },
  writer: {
    "io.cozy.bank.operations": "GET",
    "io.cozy.notes": "ALL",
    "io.cozy.files": "ALL",
    "io.cozy.writer.settings": "ALL",
  },
};

const doctypes = new Map();
const tokens = new Map();

const folder = process.argv[2];
for (const doctype of readdirSync(folder)) {
  for (const id of readdirSync(join(folder, doctype))) {
    keep(doctype, id, JSON.parse(readFileSync(join(folder, doctype, id), "utf8")));
  }
}

function of(doctype) {
  if (!doctypes.has(doctype)) doctypes.set(doctype, { documents: new Map(), sequence: 0 });
  return doctypes.get(doctype);
}

function keep(doctype, id, body) {
  const all = of(doctype);
  all.sequence += 1;
  const generation = (all.documents.get(id)?.generation ?? 0) + 1;
  all.documents.set(id, { id, body, generation, sequence: all.sequence });
}

const matches = (selector) => ({ body }) =>
  body && Object.entries(selector).every(([name, value]) => body[name] === value);

/** What is asked of a doctype: status and answer. */
function answer(method, doctype, what, body) {
  const { documents, sequence } = of(doctype);
  const known = documents.get(what);
  if (method === "POST" && what === "_find") {
    const found = [...documents.values()].filter(matches(body.selector));
    const page = found.slice(0, body.limit);
    return [200, { docs: page, next: found.length > page.length, bookmark: "nil" }];
  }
  if (method === "GET" && what === "_changes") {
    return [200, { results: [...documents.keys()], last_seq: sequence }];
  }
  if (method === "POST") {
    const id = randomBytes(16).toString("hex");
    keep(doctype, id, body);
    return [201, { id }];
  }
  if (!known?.body && method !== "PUT") return [404, { reason: known ? "deleted" : "missing" }];
  if (method === "GET") return [200, known];
  if (known && known.generation !== body.generation) return [409, { reason: "conflict" }];
  keep(doctype, what, method === "PUT" ? body.body : null);
  return [200, { id: what }];
}

const stack = createServer(async (request, response) => {
  const [, doctype, what] = request.url.split("/").map(decodeURIComponent);
  const allowed = tokens.get(request.headers.authorization)?.[doctype];
  const reads = request.method === "GET" || what === "_find";
  let text = "";
  for await (const part of request) text += part;
  const [status, said] =
    allowed === "ALL" || (allowed === "GET" && reads)
      ? answer(request.method, doctype, what, text && JSON.parse(text))
      : [403, { reason: "forbidden" }];
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
});
stack.listen(0, "127.0.0.1");
await once(stack, "listening");

for (const [name, permissions] of Object.entries(APPS)) {
  const token = randomBytes(16).toString("hex");
  tokens.set(token, permissions);
  const app = fork(new URL("app.mjs", import.meta.url), {
    env: { NAME: name, TOKEN: token, STACK: "http://127.0.0.1:" + stack.address().port },
  });
  const [port] = await once(app, "message");
  console.log(name + " 127.0.0.1:" + port);
}
