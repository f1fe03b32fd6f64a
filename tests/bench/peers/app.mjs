// Does what its query says, as tests/wstd-colluder does, in Node: an app or a service of Cozy's.
// In: a program, one line for each act. Out: one line of answer for each. Never here: an attack;
// they are data of tests/exfil.
import { createServer } from "node:http";
import { connect } from "node:net";

const { NAME, TOKEN, STACK } = process.env;
const SETTINGS = "io.cozy." + NAME + ".settings";

async function ask(method, doctype, what = "", body) {
  const answer = await fetch([STACK, doctype, encodeURIComponent(what)].join("/"), {
    method,
    headers: { authorization: TOKEN },
    body: body && JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.reason);
  return said;
}

const find = async (doctype, selector = {}, limit = 100) =>
  (await ask("POST", doctype, "_find", { selector, limit })).docs;
/** In the order of what they say: their ids would tell two homes apart. */
const texts = (found) => found.map(({ body }) => JSON.stringify(body)).sort();
const first = async (doctype) => {
  const order = ({ body: one }, { body: other }) =>
    JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
  const [found] = (await find(doctype)).sort(order);
  if (!found) throw new Error("missing");
  return found;
};

const ACTS = {
  find: async (doctype) => texts(await find(doctype)),
  where: async (doctype, selector) => texts(await find(doctype, JSON.parse(selector))),
  count: async (doctype) => (await find(doctype)).length,
  "count-where": async (doctype, selector) => (await find(doctype, JSON.parse(selector))).length,
  feed: async (doctype) => (await ask("GET", doctype, "_changes")).results.length,
  cursor: async (doctype) => (await ask("POST", doctype, "_find", { selector: {}, limit: 1 })).next,
  ids: async (doctype) => (await find(doctype)).map(({ id }) => id),
  get: async (doctype, id) => (await ask("GET", doctype, id)).body,
  create: async (doctype, body) => void (await ask("POST", doctype, "", JSON.parse(body))),
  update: async (doctype, text) => {
    const { id, generation } = await first(doctype);
    await ask("PUT", doctype, id, { generation, body: JSON.parse(text) });
  },
  delete: async (doctype) => {
    const { id, generation } = await first(doctype);
    await ask("DELETE", doctype, id, { generation });
  },
  "state-get": async (key) => (await ask("GET", SETTINGS, key)).body,
  "state-set": async (key, body) => {
    const generation = await ask("GET", SETTINGS, key).then((found) => found.generation, () => {});
    await ask("PUT", SETTINGS, key, { generation, body: { value: body } });
  },
  fetch: async (address) => (await fetch("http://" + address + "/told")).status,
  connect: (address) => {
    const [host, port] = address.split(":");
    connect(Number(port), host).end("told");
  },
  loop: () => {
    for (;;);
  },
  memory: (mebibytes) =>
    Array.from({ length: Number(mebibytes) }, () => Buffer.alloc(1 << 20, 1)).length,
  stack: () => {
    const deep = (n) => (n === 0 ? 0 : deep(n + 1) + 1);
    return deep(1);
  },
  share: () => new SharedArrayBuffer(1 << 16).byteLength,
  import: async (name) => Object.keys(await import(name)).length,
};
const TEACH = ["find", "where", "count-where", "get", "state-get"];

async function run(program) {
  let seen = "";
  const answers = [];
  for (let line of program.split("\n").map((line) => line.trim())) {
    while (line.startsWith("if ")) {
      const [, text, rest] = /^if (\S+) (.*)$/.exec(line);
      line = seen.includes(text) ? rest : "";
    }
    if (!line) continue;
    const told = line.replaceAll("SEEN", seen.replace(/["\\\n]/g, "'"));
    const [, word, subject, argument] = /^(\S+) ?(\S*) ?(.*)$/.exec(told);
    if (!ACTS[word]) answers.push("no such word: " + word);
    else {
      const act = async () => "Ok(" + JSON.stringify(await ACTS[word](subject, argument)) + ")";
      const answer = await act().catch(({ message }) => "Err(" + message + ")");
      if (TEACH.includes(word)) seen += answer;
      answers.push(answer);
    }
  }
  return answers.join("\n");
}

const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url, "http://app");
  response.end(await run(searchParams.get("program") ?? ""));
});
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
