// A page of the home in somebody else's frame, for a click that the owner means for something else.
// In: pages that let something out or in. Out: nothing of them is shown in the frame of an app, of
// another home or of a stranger; the same pages are shown once their two headers are taken off.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "./chromium.mjs";
import { ROOT, component, domicile, moveIn, serve, statement } from "./home.mjs";

/** The hosts of those who frame: the first is on the same site as the home, as each app is. */
const FRAMERS = { "an app": "shop.home", "another home": "other", "a stranger": "stranger" };
/** How long a frame may take that shows something, and how long one is waited for that does not. */
const PATIENCE = 5_000;
const SILENCE = 500;

let folder, attacker, home, copy, browser;

/** Serves on a port of its own, under any name. */
async function server(answer) {
  const serving = createServer(answer);
  serving.listen(0, "127.0.0.1");
  await once(serving, "listening");
  const stop = () => {
    serving.closeAllConnections();
    serving.close();
  };
  return { port: serving.address().port, stop };
}

/** A page that is nothing but a frame. */
function framing(request, response) {
  const target = new URL(request.url, "http://x").searchParams.get("of");
  response.setHeader("content-type", "text/html");
  response.end('<!doctype html><iframe width="700" height="500" src="' + target + '"></iframe>');
}

/** The home itself, but for the headers that keep it out of frames. */
function uncovered(request, response) {
  const { hostname, port } = new URL(home.origin);
  const headers = { ...request.headers, host: hostname + ":" + port };
  const { method, url: path } = request;
  const options = { host: "127.0.0.1", port, method, path, headers };
  ask(options, (answer) => {
    const headers = { ...answer.headers };
    delete headers["x-frame-options"];
    const policy = headers["content-security-policy"];
    if (policy) {
      const open = policy.replace("frame-ancestors 'none'", "frame-ancestors *");
      headers["content-security-policy"] = open;
    }
    response.writeHead(answer.statusCode, headers);
    answer.pipe(response);
  }).end();
}

/** Whether a frame shows a form, within that time; a frame that can't be looked at shows none. */
async function shows(framer, address, patience) {
  const [tab] = browser.tabs;
  const of = encodeURIComponent(address);
  await tab.go("http://" + framer + ".localhost:" + attacker.port + "/?of=" + of).catch(() => {});
  const look = async () => (await tab.inside()).evaluate(() => document.forms.length);
  for (const until = performance.now() + patience; performance.now() < until; await wait(50)) {
    const late = wait(PATIENCE, 0, { ref: false });
    if ((await Promise.race([look().catch(() => 0), late])) > 0) return true;
  }
  return false;
}

/** A proposal that waits for consent; its address. */
async function proposal(tab) {
  const bytes = readFileSync(component("banks")).toString("base64");
  await tab.go(home.origin + "/apps");
  return new URL(await tab.evaluate(async (bytes) => {
    const form = new FormData();
    const content = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0));
    form.append("component", new File([content], "banks.wasm"));
    return (await fetch(location.origin + "/apps", { method: "POST", body: form })).url;
  }, bytes)).pathname;
}

/** An app that offers an outward link, and documents that can be shared. */
function furnish() {
  const manifest = join(folder, "shop.toml");
  const plain = readFileSync(join(ROOT, "tests/wstd-hello/manifest.toml"), "utf8");
  const link = '\n[[link]]\nname = "shop"\ntemplate = "https://shop.example/"\n';
  const words = 'text = { en = "Steps", fr = "Pas" }\n';
  const gate = '[[gate]]\nname = "steps"\n' + words + 'min = 0\nmax = 1\nstep = 1\nper = "day"\n';
  writeFileSync(manifest, plain + link + gate);
  const [shop, file] = [join(folder, "shop.wasm"), join(folder, "november.ofx")];
  domicile("pack", component("wstd_hello"), "--manifest", manifest, "--output", shop);
  writeFileSync(file, statement(["MARKET"]));
  for (const app of [shop, component("konnector_ofx")]) {
    domicile("app", "install", app, "--yes", "--data", home.data);
  }
  domicile("import", file, "--data", home.data);
  return /^id = "(.*)"$/m.exec(plain)[1];
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "domicile-framed-"));
  attacker = await server(framing);
  copy = await server(uncovered);
});

after(() => {
  attacker?.stop();
  copy?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// Chromium alone: Firefox's driver does not always come back from a frame that Firefox refused.
for (const start of [chromium]) {
  describe(start.name, () => {
    let paths;

    before(async () => {
      home = await serve();
      browser = await start(join(folder, start.name), { width: 800, height: 600, windows: 1 });
      await moveIn(browser.tabs[0], home);
      const app = furnish();
      paths = {
        consent: await proposal(browser.tabs[0]),
        share: "/shares/new?doctype=io.cozy.bank.operations",
        export: "/export",
        gates: "/gates",
        outward: "/outward?app=" + app + "&link=shop&arg=",
        settings: "/settings",
        "sign-in": "/sign-in",
      };
    });

    after(async () => {
      await browser?.close();
      await home?.stop();
    });

    describe("trusted pages in frames", () => {
      for (const name of ["consent", "share", "export", "gates", "outward", "settings", "sign-in"]) {
        for (const [who, host] of Object.entries(FRAMERS)) {
          test(name + " in the frame of " + who, async () => {
            const bare = home.origin.replace(/:\d+$/, ":" + copy.port) + paths[name];
            const began = performance.now();
            assert.ok(await shows(host, bare, PATIENCE), "is not shown without its headers either");
            const enough = Math.max(SILENCE, 2 * (performance.now() - began));
            assert.ok(!(await shows(host, home.origin + paths[name], enough)), "is shown");
          });
        }
      }
    });
  });
}
