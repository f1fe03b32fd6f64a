// A file that would run as a page: brought by its owner or written by an app, opened from the
// home's page of files, pressed, and shown in pages of others. First on a server that gives it away
// as what it is, where it has to arrive; then in a home, where nothing may run, arrive or be shown.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { chromium } from "./chromium.mjs";
import { firefox } from "./firefox.mjs";
import { ROOT, domicile, moveIn, program, serve } from "./home.mjs";
import { aimed, listen, recorder, unprotected } from "./recorder.mjs";

/** How long a way out that works may take, and how long one is waited for that does not. */
const PATIENCE = 5_000;
const SILENCE = 500;
const TOP = "io.cozy.files.root-dir";
const [HTML, SVG, XHTML] = ["text/html", "image/svg+xml", "application/xhtml+xml"];
const XMLNS = { svg: "http://www.w3.org/2000/svg", xhtml: "http://www.w3.org/1999/xhtml" };
const SCRIPT = '<script>new Image().src = "{{sink}}/ran"</script>';
const PAGE = "<!doctype html><title>x</title>" + SCRIPT + '<img src="{{sink}}/shown">';
/** Opens an address, and runs a script that does, in the viewers that allow it. */
const PDF =
  "%PDF-1.4\r1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI({{sink}}/pdf)>>" +
  "/AA<</WC<</S/JavaScript/JS(app.launchURL\\('{{sink}}/js'\\))>>>>>>endobj " +
  "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " +
  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\rtrailer<</Root 1 0 R>>\r%%EOF";

/** Names, what a server that trusts its users takes them for, and what is in them: one line. */
const FILES = [
  { name: "page.html", type: HTML, text: PAGE },
  { name: "page.xhtml", type: XHTML, text: `<html xmlns="${XMLNS.xhtml}">${SCRIPT}</html>` },
  { name: "picture.svg", type: SVG, text: `<svg xmlns="${XMLNS.svg}">${SCRIPT}</svg>` },
  { name: "notes.txt", type: HTML, text: PAGE },
  { name: "paper.pdf", type: HTML, text: "%PDF-1.4 " + PAGE },
  { name: "both.gif", type: HTML, text: "GIF89a=0;/*" + PAGE + "*/" },
  { name: "page.htm.", type: HTML, text: PAGE },
  { name: "page.unheard", type: HTML, text: PAGE },
  { name: "action.pdf", type: "application/pdf", text: PDF, quiet: true },
];
/** What is read as a page or a picture elsewhere is none here, nor is it sent as one. */
const SHOWN_INLINE = /html|svg|xml|script|css/;

/** Names by which something could be other than it is. */
const NAMES = [
  "../../evil.html",
  "C:\\Windows\\evil.html",
  "a\r\nSet-Cookie: b=c.html",
  "photo\u202egpj.html",
  "\u200b\ufeff\u2066",
  '"; filename="evil.exe',
  "<img src=x onerror=alert(1)>.html",
  "\u00e9t\u00e9 \u65e5\u672c \u05d0\u05d1.html",
  "w".repeat(300) + ".html",
  "NUL.html",
];

let folder, control, network, home, browser, tab;

before(async () => {
  assert.ok(process.env.ALONE, "needs a network of its own: sh alone.sh node --test");
  network = await listen();
  folder = mkdtempSync(join(tmpdir(), "domicile-files-"));
  control = await unprotected();
});

after(() => {
  control?.stop();
  network?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const go = (address) => tab.go(address).catch(() => {});

/** A file as its owner drops it. */
const bring = async ({ name, type, text, to }) => {
  const body = new FormData();
  body.append("file", new File([text], name, { type }));
  return (await fetch("/files/" + to + "/upload", { method: "POST", body })).status;
};

/** What stands on the page of files: names as they are read, and where they lead. */
const listed = () =>
  [...document.querySelectorAll("main tbody tr")].map((row) => ({
    name: row.querySelector("bdi").textContent,
    address: row.querySelector("a").href,
  }));

/** How a file is given away. */
const given = (address) =>
  fetch(address).then((answer) => [answer.status, Object.fromEntries(answer.headers)]);

const middle = (selector) => {
  const element = document.querySelector(selector);
  element.scrollIntoView({ block: "center" });
  const { left, top, width, height } = element.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
};

const BRINGERS = {
  "its owner": (file) => tab.evaluate(bring, { ...file, to: TOP }),
  async "an app"({ name, text }) {
    await tab.go(home.origin + "/app/file-reader/");
    const frame = await tab.inside();
    const query = new URLSearchParams({ do: "file . " + name + " " + text });
    await frame.go(home.origin.replace("home.", "file-reader.home.") + "/?" + query);
  },
};

/** Everything in a page of somebody else's that shows, runs or applies an address. */
const around = (address) =>
  `<iframe src="${address}"></iframe><object data="${address}"></object><embed src="${address}">` +
  `<img src="${address}"><script src="${address}"></script>` +
  `<link rel="stylesheet" href="${address}">`;

/** Where a file stands once somebody brought it. */
async function brought(by, file) {
  await go(home.origin + "/files");
  const before = (await tab.evaluate(listed)).map(({ address }) => address);
  await BRINGERS[by](file);
  await tab.go(home.origin + "/files");
  const fresh = (await tab.evaluate(listed)).filter(({ address }) => !before.includes(address));
  assert.equal(fresh.length, 1, "is not there");
  return fresh[0];
}

/** The owner opens it, presses what gives it, and looks at a page that shows it in all ways. */
async function opened(file, by) {
  const sink = await recorder();
  const { address } = await brought(by, { ...file, text: aimed(file.text, sink) });
  await tab.go(address);
  const [status, headers] = await tab.evaluate(given, address + "/download");
  for (const button of ["left", "middle"]) {
    await tab.click(...(await tab.evaluate(middle, 'main a[href$="/download"]')), button);
  }
  await wait(SILENCE);
  assert.equal(await tab.address(), address, "the file took the page's place");
  // On the same site as the home, as every app is, so that the session goes along.
  const page = control.put("around", { html: around(address + "/download") });
  await go(page.replace("unprotected.", "shop.home."));
  await wait(SILENCE);
  await go(home.origin + "/files");
  await browser.tidy();
  sink.stop();
  assert.equal(sink.seen, 0, "got out of the home: " + sink.what.join(", "));
  assert.equal(status, 200);
  assert.ok(!SHOWN_INLINE.test(headers["content-type"]), headers["content-type"]);
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.match(headers["content-security-policy"], /default-src 'none'.*sandbox/);
  return headers["content-disposition"];
}

for (const start of [chromium, firefox]) {
  describe(start.name, () => {
    before(async () => {
      home = await serve();
      const window = { width: 360, height: 700, windows: 1 };
      browser = await start(join(folder, start.name), window);
      [tab] = browser.tabs;
      await moveIn(tab, home);
      const reader = join(folder, "reader.wasm");
      const manifest = join(ROOT, "tests/exfil/manifests/file-reader.toml");
      domicile("pack", program("flow_files"), "--manifest", manifest, "--output", reader);
      domicile("app", "install", reader, "--yes", "--data", home.data);
    });

    after(async () => {
      await browser?.close();
      await home?.stop();
    });

    describe("files that would run", () => {
      for (const file of FILES) {
        test(file.name + " gets out where a server trusts its users", async () => {
          const sink = await recorder();
          const headers = { "content-type": file.type };
          await go(control.put("given", { body: aimed(file.text, sink), headers }));
          await Promise.race([sink.first, wait(file.quiet ? SILENCE : PATIENCE)]);
          await go("about:blank");
          await browser.tidy();
          sink.stop();
          // Neither browser's viewer follows what a document wants by itself.
          assert.equal(sink.seen > 0, !file.quiet, sink.what.join(", "));
        });
        test(file.name + " of its owner stays what it is, and is given to the device", async () => {
          const saved = await opened(file, "its owner");
          assert.match(saved, /^attachment; filename="[^"/\\]+"; filename\*=UTF-8''[\w.%-]+$/);
        });
        test(file.name + " of an app is given to the device as nothing that runs", async () => {
          const saved = await opened(file, "an app");
          assert.match(saved, /^attachment; filename="[^"/\\]+\.(txt|pdf|gif|bin)";/);
        });
      }
    });

    test("names say what they are, on the page and to the device", async () => {
      for (const name of NAMES) {
        await tab.go(home.origin + "/files");
        const before = (await tab.evaluate(listed)).length;
        const file = { name, type: HTML, text: "x", to: TOP };
        assert.equal(await tab.evaluate(bring, file), 200, name);
        await tab.go(home.origin + "/files");
        const rows = await tab.evaluate(listed);
        assert.equal(rows.length, before + 1, name);
      }
      const wide = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, "the page is " + wide + " pixels too wide");
      assert.equal(await tab.evaluate(() => document.querySelectorAll("main img").length), 0);
      for (const { name, address } of await tab.evaluate(listed)) {
        assert.match(name, /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}/]+$/u);
        const [, headers] = await tab.evaluate(given, address + "/download");
        const saved = headers["content-disposition"];
        assert.match(saved, /^attachment; filename="[^"/\\]+"; filename\*=UTF-8''[\w.%-]+$/, name);
        assert.ok(!/%(0[0-9A-F]|1[0-9A-F]|2F|5C|E2%80)/.test(saved) && saved.length < 1_000, saved);
      }
    });

    test("nothing went elsewhere", () => assert.deepEqual(network.elsewhere, []));
  });
}
