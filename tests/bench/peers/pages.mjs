// The attacks of tests/exfil on pages, in real browsers, as the peers deliver them. In: where the
// result goes, wasmtime, and a component that says what it is told. Out: which attacks reach
// somebody, as a table and as JSON. Never here: a verdict about a home; tests/e2e has those.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { WINDOWS, headersFor, loaded, pagesFor } from "../../e2e/attacks.mjs";
import { chromium } from "../../e2e/chromium.mjs";
import { firefox } from "../../e2e/firefox.mjs";
import { END, listen, recorder } from "../../e2e/recorder.mjs";
import { press } from "../../e2e/victim.mjs";

const [out, wasmtime, component] = process.argv.slice(2);
/** How long an attack may take to arrive, and how often it is tried: as in tests/e2e. */
const PATIENCE = 5_000;
const CHANCES = 2;

/** `wasmtime serve` with its defaults: a component's answer is the server's. */
async function ordinary() {
  const port = await free();
  const args = ["serve", "-S", "cli=y", "--addr", "127.0.0.1:" + port, component];
  const server = spawn(wasmtime, args, { stdio: "ignore" });
  const origin = "http://127.0.0.1:" + port;
  for (let tries = 300; !(await fetch(origin).then(() => true, () => false)); tries -= 1) {
    if (tries === 0) throw new Error("wasmtime serve does not answer");
    await wait(100);
  }
  const put = (name, { html, status, headers }) => {
    const page = { ":body": "<!doctype html>" + html + END, ":status": status ?? 200 };
    const query = { "content-type": "text/html; charset=utf-8", ...page, ...headers };
    return origin + "/?" + new URLSearchParams(query);
  };
  return { put, stop: () => server.kill() };
}

/** An app's page as Cozy's stack sends it: with its policy, and with no header of the app's. */
async function cozy() {
  const pages = new Map();
  const server = createServer((request, response) => {
    const page = pages.get(request.url);
    if (!page) return response.writeHead(404).end();
    const policy = POLICY.replaceAll("STACK", "cozy.localhost:" + server.address().port);
    const headers = { "content-type": "text/html; charset=utf-8" };
    response.writeHead(200, { ...headers, "content-security-policy": policy });
    response.end("<!doctype html>" + page + END);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const put = (name, { html }) => {
    pages.set("/" + name, html);
    return "http://app.cozy.localhost:" + server.address().port + "/" + name;
  };
  return { put, stop: () => (server.closeAllConnections(), server.close()) };
}

/** What is open to every app by its defaults; a home's own additions come on top of that. */
const POLICY =
  "default-src 'self' http://STACK ws://STACK; " +
  "script-src 'self' 'wasm-unsafe-eval' http://STACK; " +
  "style-src 'self' 'unsafe-inline' http://STACK; img-src 'self' data: blob: http://STACK; " +
  "frame-src 'self' http://*.STACK; form-action http://STACK";

async function free() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

const allFor = (browser) => [...pagesFor(browser), ...headersFor(browser)];
const PEERS = [
  { name: "wasmtime serve 48", start: ordinary, attacks: allFor },
  { name: "Cozy's policy", start: cozy, attacks: pagesFor },
];

/** Whether an attack reaches its recorder. */
async function reaches(tab, server, attack) {
  const sink = await recorder();
  for (let chances = CHANCES; chances > 0 && !sink.seen; chances -= 1) {
    await tab.go("about:blank").catch(() => {});
    await tab.go(server.put(attack.name, loaded(attack, sink))).catch(() => {});
    await press(tab, () => sink.seen > 0);
    await Promise.race([sink.first, wait(PATIENCE)]);
  }
  await tab.go("about:blank").catch(() => {});
  sink.stop();
  return sink.seen > 0;
}

async function tryAll(browser, server, attacks) {
  const left = [...attacks];
  const open = [];
  await Promise.all(browser.tabs.map(async (tab) => {
    for (let attack = left.shift(); attack; attack = left.shift()) {
      const late = wait(6 * PATIENCE, false, { ref: false });
      if (await Promise.race([reaches(tab, server, attack), late])) open.push(attack.name);
    }
  }));
  await browser.tidy();
  return open.sort();
}

const folder = mkdtempSync(join(tmpdir(), "domicile-peers-"));
const network = await listen();
const rows = [];
for (const start of [chromium, firefox]) {
  const browser = await start(join(folder, start.name), WINDOWS);
  for (const peer of PEERS) {
    const server = await peer.start();
    // What a browser sends nothing for anyhow tells nothing about who serves it.
    const attacks = peer.attacks(start.name).filter(({ quiet }) => !quiet);
    const open = await tryAll(browser, server, attacks);
    server.stop();
    const tried = attacks.length;
    rows.push({ browser: start.name, peer: peer.name, tried, closed: tried - open.length, open });
    console.log(`${start.name}, ${peer.name}: ${tried - open.length} of ${tried} closed`);
  }
  await browser.close();
}
network.stop();
rmSync(folder, { recursive: true, force: true });
writeFileSync(out, JSON.stringify(rows, null, 2) + "\n");
process.exit();
