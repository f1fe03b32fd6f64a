// The home's bar above an app: what an app tries in order to cover it, to write into it, to take
// the focus or the address from it, or to look like it. Each with what shows that the attempt was
// real.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "./chromium.mjs";
import { firefox } from "./firefox.mjs";
import { ROOT, domicile, moveIn, program, serve } from "./home.mjs";
import { WORDS, looked } from "./printed.mjs";
import { press } from "./victim.mjs";

/** As wide as a desk in one browser, and as a phone in the other. */
const WIDTHS = new Map([
  [chromium, 900],
  [firefox, 360],
]);
const PATIENCE = 5_000;
const NAME = "Parrot";
/** Classes that the design system has, from its own list. */
const classes = () => {
  const list = readFileSync(join(ROOT, "runtime/host/src/front/print/classes.rs"), "utf8");
  return [.../CLASSES: \[[^\]]*\] = \[([^\]]*)\]/.exec(list)[1].matchAll(/"([^"]+)"/g)].map(
    ([, name]) => name,
  );
};
/** Words by which a title could say something else than it is, and how the bar shows them. */
const TITLES = {
  Settings: "Settings",
  [NAME]: "",
  "</span><b>x": "</span><b>x",
  "\u202egnitteS\u202c\u2066x\u2069\u200f": "gnitteSx",
  "a\nb\tc\r\u2028d\u2029e\u0085f": "abcdef",
  "\u200b\u200d\ufeff\u00ad": "",
  ["W".repeat(300)]: "W".repeat(200) + "...",
  ["\u{1f600}".repeat(150)]: "\u{1f600}".repeat(150),
  ["x" + "\u0321\u0489\u030d".repeat(60)]: "x" + "\u0321\u0489\u030d".repeat(60),
  "Sign in again: your session has ended": "Sign in again: your session has ended",
};

let folder, home, browser, tab, shell, origin;

before(() => {
  folder = mkdtempSync(join(tmpdir(), "domicile-bar-"));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** Shows a page of the app, from the address that the shell gives it; answers with the frame. */
async function show(query) {
  const frame = await tab.inside();
  await frame.go(origin + "/?" + new URLSearchParams(query));
  return frame;
}

/** Waits until something holds in the shell. */
async function until(work, given) {
  for (const began = Date.now(); Date.now() - began < PATIENCE; await wait(20)) {
    const seen = await tab.evaluate(work, given);
    if (seen) return seen;
  }
  assert.fail("never: " + work);
}

/** The bar: its place, its words, and whether each part of it is on top and on the screen. */
const bar = () => {
  const element = document.querySelector(".bar");
  const { x, y, width, height } = element.getBoundingClientRect();
  const hidden = [...element.querySelectorAll("a, strong, input, .link")].filter((part) => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return (
      left < 0 ||
      right > innerWidth ||
      !(part.contains(there) || (there?.contains(part) && element.contains(there)))
    );
  });
  return {
    clip: { x, y, width, height },
    name: element.querySelector("strong").textContent,
    words: element.querySelector(".where").textContent,
    title: document.title,
    address: location.pathname,
    hidden: hidden.map((part) => part.outerHTML),
  };
};

/** Puts every element there with every class, much of it; answers with what is out of its place. */
const spread = ({ classes, tags }) => {
  const main = document.querySelector("main");
  const all = classes.join(" ");
  for (const tag of tags) {
    for (const name of [...classes, all]) {
      const [localName, flag] = tag.split(" ");
      const element = main.appendChild(document.createElement(localName));
      element.className = name;
      if (flag) element.setAttribute(flag, "");
      element.append("W".repeat(name === all ? 5_000 : 5));
    }
  }
  return [...main.querySelectorAll("*")].flatMap((element) => {
    const { position, zIndex, clipPath } = getComputedStyle(element);
    // A label for ears alone is clipped away, to the eye and to the mouse.
    const still = position === "static" || clipPath === "inset(50%)";
    return still && zIndex === "auto" ? [] : [element.localName + "." + element.className];
  });
};

const wordsAre = (words) => document.querySelector(".where").textContent === words;

for (const [start, width] of WIDTHS) {
  describe(start.name, () => {
    before(async () => {
      home = await serve();
      browser = await start(join(folder, start.name), { width, height: 600, windows: 1 });
      [tab] = browser.tabs;
      await moveIn(tab, home);
      domicile("app", "install", program("hostile_markup"), "--yes", "--data", home.data);
      origin = home.origin.replace("home.", "parrot.home.");
      shell = home.origin + "/app/parrot/";
      await tab.go(shell);
      await until(() => document.querySelector("iframe").src !== "");
    });

    after(async () => {
      await browser?.close();
      await home?.stop();
    });

    test("no class, size or element covers the bar", async () => {
      const frame = await show({ html: "<p>x</p>", title: "Plain" });
      await until(wordsAre, "Plain");
      const before = await tab.evaluate(bar);
      const plain = await tab.picture(before.clip);
      const given = { classes: classes(), tags: WORDS.elements };
      assert.ok(given.classes.length > 30);
      const moved = await frame.evaluate(spread, given);
      assert.deepEqual(moved, []);
      assert.deepEqual(await tab.evaluate(bar), before);
      assert.ok(plain.equals(await tab.picture(before.clip)), "the bar looks different");
      const fixed = await frame.evaluate(spread, { classes: [""], tags: ["dialog open"] });
      assert.notDeepEqual(fixed, [], "what is out of its place is not seen");
    });

    test("a title stays one line of plain words after the app's name", async () => {
      const { clip } = await tab.evaluate(bar);
      for (const [title, words] of Object.entries(TITLES)) {
        await show({ html: "<p>x</p>", title: "Plain" });
        await until(wordsAre, "Plain");
        await show({ html: "<p>x</p>", title });
        await until(wordsAre, words);
        const seen = await tab.evaluate(bar);
        assert.deepEqual(seen.clip, clip, "the bar changes its place with " + title);
        assert.equal(seen.name, NAME);
        assert.ok(seen.title.endsWith(NAME), seen.title);
        assert.deepEqual(seen.hidden, [], "with " + title);
      }
    });

    test("a page does not take the focus, nor the whole screen", async () => {
      await tab.evaluate(() => document.querySelector(".bar .link").focus());
      const html =
        "<input autofocus name=a><textarea autofocus></textarea><details open autofocus>x</details>";
      const frame = await show({ html, title: "Focus" });
      await until(wordsAre, "Focus");
      assert.equal(await tab.evaluate(() => document.activeElement.className), "link");
      assert.equal(await frame.evaluate(() => document.fullscreenEnabled), false);
      // The browser would let a script of the page do both.
      await frame.evaluate(() => document.querySelector("main input").focus());
      await frame.evaluate(() => document.documentElement.requestFullscreen().catch(() => {}));
      assert.equal(await frame.evaluate(() => document.fullscreenElement === null), true);
      assert.equal(await frame.evaluate(() => document.activeElement.name), "a");
    });

    test("no field asks for a passphrase, and no form leaves for the home's own pages", async () => {
      const html =
        "<form action='" +
        home.origin +
        "/settings' method=post data-act='post:" +
        home.origin +
        "/settings'>" +
        "<input type=password name=passphrase><input type=PassWord><input type='password ' name=a>" +
        "<input type=email name=b autocomplete='username current-password webauthn'>" +
        "<input type=text name=c autocomplete=one-time-code inputmode=none><button>Sign in</button></form>" +
        "<form data-act=post:/-/enter><button formaction='" +
        home.origin +
        "/sign-out' formtarget=_top>x</button></form>";
      const frame = await show({ html, title: "Fields" });
      await until(wordsAre, "Fields");
      assert.deepEqual((await looked(frame, {})).strange, []);
      const fields = await frame.evaluate(() =>
        [...document.querySelectorAll("main input")].map(
          ({ type, autocomplete }) => type + " " + autocomplete,
        ),
      );
      assert.deepEqual(fields, ["text ", "text ", "text ", "email ", "text "]);
      await press(frame, () => false);
      assert.ok((await tab.address()).startsWith(shell));
      const inside = await tab.inside();
      assert.ok((await inside.address()).startsWith(origin + "/"));
      await tab.go(home.origin + "/settings");
      assert.equal(await tab.evaluate(() => location.pathname), "/settings", "signed out");
      await tab.go(shell);
    });

    test("the shell takes messages of the app's frame alone, about the app alone", async () => {
      const frame = await show({ html: "<p>x</p>", title: "True" });
      await until(wordsAre, "True");
      const before = await tab.evaluate(bar);
      const page = { type: "page", title: "Forged", path: "/forged" };
      // From the shell's own window: another source, and another origin.
      await tab.evaluate((message) => postMessage(message, "*"), page);
      const bad = [
        [
          "/../../settings",
          "/%2e%2e/%2E./settings",
          "/..\\..\\settings",
          "settings",
          "",
          "/#x",
          7,
          null,
        ].map((path) => ({ ...page, path })),
        [
          { ...page, title: "x".repeat(501) },
          { ...page, title: 7 },
          { ...page, path: "/" + "x".repeat(2048) },
        ],
        [
          { type: "link", link: "x".repeat(41), arg: "" },
          { type: "link", link: "x", arg: 7 },
          "page",
          null,
          7,
          [],
        ],
      ].flat();
      for (const message of bad) {
        await frame.evaluate((given) => parent.postMessage(given, "*"), message);
      }
      await wait(200);
      assert.deepEqual(await tab.evaluate(bar), before);
      // The same way does work for what an app's page may say, whatever its path looks like.
      for (const path of ["/forged", "//evil.test/x", "/@evil.test", "/-/x", "/..x/\\evil.test"]) {
        await frame.evaluate((given) => parent.postMessage(given, "*"), {
          ...page,
          path,
          title: path,
        });
        await until(wordsAre, path);
        assert.ok((await tab.address()).startsWith(shell), await tab.address());
      }
    });
  });
}
