// Every way out of a page that we know, tried in each browser (tests/exfil): first on a page
// without protection, where it has to work, then in a home, where nothing may arrive, then with the
// home's printed markup on the page without protection, where nothing may arrive either.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { SIGN, WINDOWS, headersFor, loaded, pagesFor } from "./attacks.mjs";
import { chromium } from "./chromium.mjs";
import { firefox } from "./firefox.mjs";
import { ROOT, component, domicile, moveIn, program, serve } from "./home.mjs";
import { looked } from "./printed.mjs";
import { END, aimed, listen, recorder, turned, unprotected } from "./recorder.mjs";
import { press } from "./victim.mjs";

/** How long a way out that works may take, and how long one is waited for that does not. */
const PATIENCE = 5_000;
const SILENCE = 500;
/** A browser takes back by and by what it announced (mDNS) for a page without protection. */
const AFTERMATH = 3_000;
/** An address that is no attack's own. */
const ELSEWHERE = "198.51.100.7";

let home, browser, control, folder, network;

before(async () => {
  assert.ok(process.env.ALONE, "needs a network of its own: sh alone.sh node --test");
  network = await listen();
  folder = mkdtempSync(join(tmpdir(), "domicile-exfil-"));
  control = await unprotected();
});

after(() => {
  control?.stop();
  network?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Do `work` for each attack, in all `tabs` at once; then close what the attacks opened. One that
 * breaks the page under our hands is in trouble itself, and the others go on.
 */
async function each(attacks, work, tabs = browser.tabs) {
  const left = [...attacks];
  await Promise.all(tabs.map(async (tab) => {
    for (let attack = left.shift(); attack; attack = left.shift()) {
      const late = wait(5 * PATIENCE, "the page did not get ready", { ref: false });
      const done = work(tab, attack).then(() => null, String);
      attack.trouble ??= await Promise.race([done, late]);
    }
  }));
  await Promise.all([browser.tidy(), ...browser.tabs.map(leave)]);
}

/** A recorder for one attack in one run. */
async function sink(attack, run) {
  attack.sinks ??= {};
  return (attack.sinks[run] = await recorder());
}

/** Where the last attack still wants to go must not come between. */
const leave = (tab) => tab.go("about:blank").catch(() => {});

/** The page without protection. It may be gone before it is there: that is what attacks do. */
async function open(tab, name, answer) {
  await leave(tab);
  await tab.go(control.put(name, answer)).catch(() => {});
}

/** A browser that has other things to do does not always look ahead: there are more chances. */
async function unprotectedRun(tab, attack) {
  const caught = attack.sinks?.unprotected ?? (await sink(attack, "unprotected"));
  for (let chances = attack.quiet ? 1 : 3; chances > 0 && !caught.seen; chances -= 1) {
    const began = performance.now();
    await open(tab, attack.name, loaded(attack, caught));
    await press(tab, () => caught.seen > 0);
    await Promise.race([caught.first, wait(attack.quiet ? SILENCE : PATIENCE)]);
    attack.needed = performance.now() - began;
  }
}

/**
 * Firefox looks ahead when no page loads in any tab, which neighbours keep it from: what was not
 * seen beside others is tried alone.
 */
async function unprotectedRuns(attacks) {
  await each(attacks, unprotectedRun);
  const unseen = attacks.filter(({ quiet, sinks }) => !quiet && !sinks.unprotected?.seen);
  await each(unseen, unprotectedRun, browser.tabs.slice(0, 1));
}

/** As long as it took without protection, and more. */
const aWhile = (attack, began) =>
  wait(Math.max(SILENCE, (attack.quiet ? 1 : 2) * attack.needed - (performance.now() - began)));

async function homeRun(tab, attack, app, query) {
  const began = performance.now();
  const origin = home.origin.replace("home.", app + ".home.");
  const shell = home.origin + "/app/" + app + "/";
  if (!(await tab.address()).startsWith(shell)) await tab.go(shell);
  const frame = await tab.inside();
  attack.headers = await frame.go(origin + "/?" + new URLSearchParams(query));
  attack.printed = await looked(frame, { looks: attack.looks });
  await press(frame, () => false);
  await aWhile(attack, began);
}

async function printedRun(tab, attack) {
  const caught = await sink(attack, "printed");
  const html = turned(attack.printed.markup, attack.sinks.home, caught);
  const began = performance.now();
  await open(tab, attack.name, { html });
  await press(tab, () => false);
  await aWhile(attack, began);
}

/** What stands around every page is not strange in it. */
const isNoFrame = (name) => !/^(head|body)$/.test(name);

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

/** What went to addresses that are no attack's own, from `work` on to its end. */
async function elsewhere(work) {
  let before;
  do {
    before = network.elsewhere.length;
    await wait(AFTERMATH);
  } while (network.elsewhere.length > before);
  await work();
  // A packet is seen a moment after it left.
  await wait(AFTERMATH);
  return network.elsewhere.slice(before);
}

function markup(name) {
  const pages = pagesFor(name);
  let strayed, meantTo;

  before(async () => {
    await unprotectedRuns(pages);
    const [tab] = browser.tabs;
    const html = '<img src="http://' + ELSEWHERE + '/">';
    meantTo = await elsewhere(() => open(tab, "elsewhere", { html }));
    strayed = await elsewhere(async () => {
      await each(pages, async (tab, attack) => {
        const { html } = loaded(attack, await sink(attack, "home"));
        await homeRun(tab, attack, "parrot", { html });
      });
      await each(pages.filter(({ printed }) => printed && printed.markup !== SIGN), printedRun);
    });
    for (const attack of pages) {
      attack.meant = await looked(tab, { html: attack.html + END, looks: attack.looks });
    }
  });

  after(() => stop(pages));

  for (const attack of pages) {
    test(attack.name, () => {
      verdict(attack);
      const { markup, strange, count } = attack.printed;
      assert.ok(markup.startsWith(SIGN), "no page: " + markup);
      assert.deepEqual(strange, []);
      if (attack.looks) {
        assert.ok(attack.meant.count > 0, "does not look like it");
        assert.equal(count, 0, markup);
      } else {
        const meant = attack.meant.strange.filter(isNoFrame);
        assert.notDeepEqual(meant, [], "holds nothing that a page may not hold");
      }
    });
  }

  test("nothing went elsewhere", () => {
    assert.deepEqual([...new Set(meantTo)], ["tcp " + ELSEWHERE + " 80"]);
    assert.deepEqual(strayed, []);
  });
}

function headers(name) {
  const headers = headersFor(name);
  const plain = { html: SIGN, quiet: "is no attack" };
  let strayed;

  /** All headers of an answer but for the time, the length and what a cookie holds. */
  const shape = (attack) =>
    attack.headers
      .map(([name, value]) => [name.toLowerCase(), value])
      .filter(([name]) => !["date", "content-length"].includes(name))
      .map(([name, value]) => (name === "set-cookie" ? [name, value.split("=")[0]] : [name, value]))
      .sort();

  before(async () => {
    plain.needed = 0;
    await homeRun(browser.tabs[0], plain, "headlines", { ":body": plain.html });
    await unprotectedRuns(headers);
    strayed = await elsewhere(() =>
      each(headers, async (tab, attack) => {
        const { html, status, headers } = loaded(attack, await sink(attack, "home"));
        const query = { ":body": html, ":status": status ?? 200, ...headers };
        await homeRun(tab, attack, "headlines", query);
      }),
    );
  });

  after(() => stop(headers));

  for (const attack of headers) {
    test(attack.name, () => {
      verdict(attack);
      assert.ok(attack.printed.markup.startsWith(SIGN), "no page: " + attack.printed.markup);
      assert.deepEqual(shape(attack), shape(plain));
    });
  }

  test("nothing went elsewhere", () => assert.deepEqual(strayed, []));
}

function stop(attacks) {
  for (const { sinks } of attacks) for (const sink of Object.values(sinks ?? {})) sink.stop();
}

for (const start of [chromium, firefox]) {
  describe(start.name, () => {
    before(async () => {
      home = await serve();
      browser = await start(join(folder, start.name), WINDOWS);
      await moveIn(browser.tabs[0], home);
      const headlines = join(folder, "headlines.wasm");
      const manifest = join(ROOT, "tests/wstd-headers/manifest.toml");
      domicile("pack", component("wstd_headers"), "--manifest", manifest, "--output", headlines);
      for (const file of [program("hostile_markup"), headlines]) {
        domicile("app", "install", file, "--yes", "--data", home.data);
      }
    });

    after(async () => {
      await browser?.close();
      await home?.stop();
    });

    describe("markup", () => markup(start.name));
    describe("headers", () => headers(start.name));
  });
}
