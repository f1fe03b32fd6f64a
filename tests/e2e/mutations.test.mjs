// Pages that no one would write, cleaned by the host and read by each browser in three ways: one
// string for each class of attack, then thousands of generated strings and trees (flow of pages,
// second list: printed.mjs). SEED and CASES choose other ones and more.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "./chromium.mjs";
import { cleaner } from "./cleaner.mjs";
import { firefox } from "./firefox.mjs";
import { judged, judgedAsKept, ranAmong } from "./judge.mjs";
import { looked } from "./printed.mjs";
import { END, listen, recorder, unprotected } from "./recorder.mjs";
import { aimed, payloads, shrunk, strings, trees } from "./soup.mjs";

const SEED = Number(process.env.SEED ?? 20_261_126);
const CASES = Number(process.env.CASES ?? 2_000);
const BATCH = 250;
/** How long what wants to run, or to be fetched, may take. */
const PAUSE = 300;
const SILENCE = 1_000;
/** So many payloads have to work where nothing is cleaned. */
const ENOUGH = 30;
/** What a browser reads and does not write again: CRs, and LFs where a text begins. */
const LOST = /&#13;|>\n\n/;

let network, control, folder, host, sink, browser, tab;

before(async () => {
  assert.ok(process.env.ALONE, "needs a network of its own: sh alone.sh node --test");
  network = await listen();
  control = await unprotected();
  sink = await recorder();
  host = cleaner();
  folder = mkdtempSync(join(tmpdir(), "domicile-mutations-"));
});

after(() => {
  host?.stop();
  sink?.stop();
  control?.stop();
  network?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A page without protection, to read others in. */
const fresh = () => tab.go(control.put("reader", { html: "" }));

/** What is wrong with each, once the host has cleaned it; by its place in `cases`. */
async function wrongs(cases) {
  const answers = await host.clean(cases.map((one, at) => aimed(one, at, sink)));
  const isString = answers.map(({ written }) => written !== undefined);
  const those = (field) =>
    answers.flatMap((answer, at) =>
      answer[field] === undefined ? [] : [{ at, page: answer[field], exact: isString[at] }],
    );
  const [live, written] = [those("live"), those("written")];
  const { wrong, ran } = await judged(tab, live, PAUSE);
  const say = (at, what) => (wrong[at] ??= []).push(...what);
  for (const at of ran) say(at, ["a script ran"]);
  const asKept = await judgedAsKept(tab, written);
  for (const [at, what] of Object.entries(asKept.wrong)) say(at, what);
  const same = written.filter(({ page }) => !LOST.test(page));
  const again = await host.clean(same.map(({ at }) => ({ html: asKept.kept[at] })));
  again.forEach((answer, nth) => {
    const { at, page } = same[nth];
    if (answer.written !== page) say(at, ["cleaned again: " + (answer.refused ?? answer.written)]);
  });
  return { wrong, printed: live.length };
}

/** Whether anything asks or sends because of them. */
async function sends(cases) {
  const before = sink.seen;
  await wrongs(cases);
  await wait(SILENCE);
  return sink.seen > before;
}

/** The one that sends, out of many. */
async function sender(cases) {
  let left = cases;
  while (left.length > 1) {
    const half = left.slice(0, left.length >> 1);
    left = (await sends(half)) ? half : left.slice(half.length);
  }
  return left[0];
}

/** Cleans and reads all of them; fails with the smallest that is in trouble. */
async function hold(t, cases, source) {
  const before = sink.seen;
  let printed = 0;
  await fresh();
  for (let at = 0; at < cases.length; at += BATCH) {
    const batch = cases.slice(at, at + BATCH);
    const seen = await wrongs(batch);
    printed += seen.printed;
    const [first] = Object.keys(seen.wrong);
    if (first === undefined) continue;
    const isWrong = async (one) => Object.keys((await wrongs([one])).wrong).length > 0;
    const least = await shrunk(batch[first], isWrong);
    const { wrong } = await wrongs([least]);
    const why = (wrong[0] ?? seen.wrong[first]).join("\n");
    assert.fail(source + ": " + JSON.stringify(least.pieces) + "\n" + why);
  }
  await wait(SILENCE);
  if (sink.seen > before) {
    const least = await shrunk(await sender(cases), (one) => sends([one]));
    assert.fail(
      source + ": " + JSON.stringify(least.pieces) + "\n" + sink.what.slice(-3).join("\n"),
    );
  }
  t.diagnostic(
    source + ": " + cases.length + " cases, " + printed + " printed, 0 scripts, 0 requests",
  );
  assert.ok(printed > cases.length / 2, "only " + printed + " of " + cases.length + " are pages");
}

for (const start of [chromium, firefox]) {
  describe(start.name, () => {
    before(async () => {
      browser = await start(join(folder, start.name), { width: 900, height: 600, windows: 1 });
      [tab] = browser.tabs;
    });

    after(() => browser?.close());

    test("payloads that nobody cleans are strange, run and send", async (t) => {
      await fresh();
      const before = sink.what.length;
      const cases = payloads().map((one, at) => ({ at, page: aimed(one, at, sink).html + END }));
      const harmless = [];
      for (const { page } of cases) {
        const { strange } = await looked(tab, { html: page });
        if (strange.every((name) => /^(head|body|main)$/.test(name))) harmless.push(page);
      }
      assert.deepEqual(harmless, []);
      const ran = await ranAmong(tab, cases, 2 * SILENCE);
      const sent = sink.what.length - before;
      t.diagnostic(cases.length + " payloads: " + ran.length + " run, " + sent + " times sent");
      assert.ok(ran.length >= ENOUGH && sent >= ENOUGH, ran.length + " run, " + sent + " sent");
    });

    test("pages that are not clean are found", async () => {
      await fresh();
      const pages = ["<p>x</p>", '<p onclick="x">x</p>', "<p><p>x</p></p>", "</main><main>"];
      const cases = pages.map((page, at) => ({ at, page, exact: true }));
      const { wrong } = await judged(tab, cases, 0);
      const told = (at) => wrong[at].join("\n");
      assert.deepEqual(Object.keys(wrong).sort(), ["0", "1", "2", "3"]);
      for (const at of [0, 1, 2, 3]) assert.match(told(at), /A document falls apart/);
      for (const at of [1, 2]) assert.match(told(at), /DOMPurify makes/);
      assert.match(told(1), /innerHTML finds p\[onclick=x\]/);
      assert.match(told(2), /DOMParser reads/);
    });

    test("payloads come out clean", (t) => hold(t, payloads(), "payloads"));
    test("strings come out clean", (t) => hold(t, strings(SEED, CASES), "strings, seed " + SEED));
    test("trees come out clean", (t) => hold(t, trees(SEED, CASES), "trees, seed " + SEED));
  });
}
