// Every way out of a page that we know, tried in a browser (tests/exfil): first on a page without
// protection, where it has to work, then in a home, where nothing may arrive, then with the home's
// printed markup on the page without protection, where nothing may arrive either.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { ROOT, browseLikeAnOwner, component, domicile, program, serve } from "./home.mjs";
import { strange } from "./printed.mjs";
import { END, aimed, listen, recorder, unprotected } from "./recorder.mjs";
import { press } from "./victim.mjs";

const ATTACKS = join(ROOT, "tests/exfil");
const PASSPHRASE = "four brown chairs outside";
/** Pages at once, each in a window of its own: a hidden page is not allowed to look ahead. */
const TABS = 6;
/** How long a way out that works may take, and how long one is waited for that does not. */
const PATIENCE = 5_000;
const SILENCE = 500;
/** Tells that the page is there; it stands before each attack. */
const SIGN = "<p>Something to read</p>";

/** The first line of a file may say that no request is to be seen, or what a page looks like. */
const pages = readdirSync(join(ATTACKS, "pages")).sort().map((file) => {
  const html = readFileSync(join(ATTACKS, "pages", file), "utf8").trimEnd();
  const said = (word) => new RegExp("^<!-- " + word + ": (.*) -->").exec(html)?.[1];
  const [silent, looks] = [said("silent"), said("looks")];
  return { name: file.replace(".html", ""), html: SIGN + html, quiet: silent ?? looks, looks };
});

const headers = JSON.parse(readFileSync(join(ATTACKS, "headers.json"), "utf8")).map(
  ({ name, silent, status, body, set }) =>
    ({ name: "header-" + name, quiet: silent, status, html: SIGN + (body ?? ""), set }),
);

let home, browser, tabs, control, folder, silence;

before(async () => {
  assert.ok(process.env.ALONE, "needs a network of its own: sh alone.sh node --test");
  silence = await listen();
  folder = mkdtempSync(join(tmpdir(), "domicile-exfil-"));
  home = await serve();
  browser = await browseLikeAnOwner(join(folder, "profile"));
  const [page] = browser.pages();
  await page.goto(home.link);
  await page.fill("input[name=owner]", "Camille");
  await page.fill("input[name=passphrase]", PASSPHRASE);
  await page.fill("input[name=again]", PASSPHRASE);
  await page.click("button.primary");
  await page.waitForURL(home.origin + "/");
  const headlines = join(folder, "headlines.wasm");
  const manifest = join(ROOT, "tests/wstd-headers/manifest.toml");
  domicile("pack", component("wstd_headers"), "--manifest", manifest, "--output", headlines);
  for (const file of [program("hostile_markup"), headlines]) {
    domicile("app", "install", file, "--yes", "--data", home.data);
  }
  tabs = [page];
  const windows = await browser.newCDPSession(page);
  while (tabs.length < TABS) {
    const opened = browser.waitForEvent("page");
    await windows.send("Target.createTarget", { url: "about:blank", newWindow: true });
    tabs.push(await opened);
  }
  control = await unprotected();
});

after(async () => {
  await browser?.close();
  control?.stop();
  silence?.();
  await home?.stop();
  for (const attack of [...pages, ...headers]) {
    for (const sink of Object.values(attack.sinks ?? {})) sink.stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Do `work` for each attack, in all tabs at once; then close what the attacks opened. One that
 * breaks the page under our hands is in trouble itself, and the others go on.
 */
async function each(attacks, work) {
  const left = [...attacks];
  await Promise.all(tabs.map(async (tab) => {
    for (let attack = left.shift(); attack; attack = left.shift()) {
      const late = wait(5 * PATIENCE, "the page did not get ready", { ref: false });
      const done = work(tab, attack).then(() => null, String);
      attack.trouble ??= await Promise.race([done, late]);
    }
  }));
  const strays = browser.pages().filter((page) => !tabs.includes(page));
  await Promise.all([...strays.map((page) => page.close()), ...tabs.map(leave)]);
}

/** A recorder for one attack in one run. */
async function sink(attack, run) {
  attack.sinks ??= {};
  return (attack.sinks[run] = await recorder());
}

/** Text and headers with the recorder's address. */
const loaded = ({ html, status, set = {} }, sink) => {
  const pairs = Object.entries(set).map(([name, value]) => [name, aimed(value, sink)]);
  return { html: aimed(html, sink), status, headers: Object.fromEntries(pairs) };
};

/** Where the last attack still wants to go must not come between. */
const leave = (tab) => tab.goto("about:blank").catch(() => {});

/** The page without protection. It may be gone before it is there: that is what attacks do. */
async function open(tab, name, answer) {
  await leave(tab);
  await tab.goto(control.put(name, answer)).catch(() => {});
}

/** A browser that has other things to do does not always look ahead: there are more chances. */
async function unprotectedRun(tab, attack) {
  const caught = await sink(attack, "unprotected");
  for (let chances = attack.quiet ? 1 : 3; chances > 0 && !caught.seen; chances -= 1) {
    const began = performance.now();
    await open(tab, attack.name, loaded(attack, caught));
    await press(tab, tab.mainFrame(), () => caught.seen > 0);
    await Promise.race([caught.first, wait(attack.quiet ? SILENCE : PATIENCE)]);
    attack.needed = performance.now() - began;
  }
}

/** As long as it took without protection, and more. */
const aWhile = (attack, began) =>
  wait(Math.max(SILENCE, (attack.quiet ? 1 : 2) * attack.needed - (performance.now() - began)));

async function homeRun(tab, attack, app, query) {
  const began = performance.now();
  const origin = home.origin.replace("home.", app + ".home.");
  const shell = home.origin + "/app/" + app + "/";
  if (!tab.url().startsWith(shell)) await tab.goto(shell);
  const frame = await (await tab.waitForSelector("iframe")).contentFrame();
  const answer = await frame.goto(origin + "/?" + new URLSearchParams(query));
  attack.headers = await answer.headersArray();
  const main = frame.locator("body > main").first();
  attack.printed = await main.innerHTML();
  attack.strange = await main.evaluate(strange);
  attack.found = attack.looks && (await main.locator(attack.looks).count());
  await press(tab, frame, () => false);
  await aWhile(attack, began);
}

async function printedRun(tab, attack) {
  const caught = await sink(attack, "printed");
  const html = attack.printed.replaceAll(attack.sinks.home.host, caught.host);
  const began = performance.now();
  await open(tab, attack.name, { html });
  await press(tab, tab.mainFrame(), () => false);
  await aWhile(attack, began);
}

/** What the attack says in markup, as a page without protection would read it. */
async function read(tab, attack) {
  const parse = (html) => new DOMParser().parseFromString(html, "text/html").documentElement;
  const whole = await tab.evaluateHandle(parse, attack.html + END);
  attack.meant = (await whole.evaluate(strange)).filter((name) => !/^(head|body)$/.test(name));
  const count = (whole, looks) => whole.querySelectorAll(looks).length;
  attack.wanted = attack.looks && (await whole.evaluate(count, attack.looks));
}

/** What the recorders saw. */
function verdict({ quiet, sinks, trouble }) {
  const { unprotected, ...others } = sinks;
  const told = ({ what }) => what.join(", ");
  if (quiet) assert.equal(unprotected.seen, 0, "is not silent: " + told(unprotected));
  else assert.ok(unprotected.seen > 0, "reaches nobody even without protection");
  for (const [run, sink] of Object.entries(others)) {
    assert.equal(sink.seen, 0, "got out of the " + run + " page: " + told(sink));
  }
  assert.equal(trouble, null);
}

describe("markup", () => {
  before(async () => {
    await each(pages, unprotectedRun);
    await each(pages, async (tab, attack) => {
      const { html } = loaded(attack, await sink(attack, "home"));
      await homeRun(tab, attack, "parrot", { html });
    });
    await each(pages.filter(({ printed = SIGN }) => printed !== SIGN), printedRun);
    await tabs[0].goto("about:blank");
    for (const attack of pages) await read(tabs[0], attack);
  });

  for (const attack of pages) {
    test(attack.name, () => {
      verdict(attack);
      assert.ok(attack.printed.startsWith(SIGN), "no page: " + attack.printed);
      assert.deepEqual(attack.strange, []);
      if (attack.looks) {
        assert.ok(attack.wanted > 0, "does not look like it");
        assert.equal(attack.found, 0, attack.printed);
      } else {
        assert.notDeepEqual(attack.meant, [], "holds nothing that a page may not hold");
      }
    });
  }
});

describe("headers", () => {
  const plain = { html: SIGN, quiet: "is no attack" };

  /** All headers of an answer but for the time, the length and what a cookie holds. */
  const shape = (attack) =>
    attack.headers
      .filter(({ name }) => !["date", "content-length"].includes(name.toLowerCase()))
      .map(({ name, value }) => (name.toLowerCase() === "set-cookie" ? [name, value.split("=")[0]] : [name, value]))
      .sort();

  before(async () => {
    plain.needed = 0;
    await homeRun(tabs[0], plain, "headlines", { ":body": plain.html });
    await each(headers, unprotectedRun);
    await each(headers, async (tab, attack) => {
      const { html, status, headers } = loaded(attack, await sink(attack, "home"));
      const query = { ":body": html, ":status": status ?? 200, ...headers };
      await homeRun(tab, attack, "headlines", query);
    });
  });

  for (const attack of headers) {
    test(attack.name, () => {
      verdict(attack);
      assert.ok(attack.printed.startsWith(SIGN), "no page: " + attack.printed);
      assert.deepEqual(shape(attack), shape(plain));
    });
  }
});
