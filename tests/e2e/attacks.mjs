// The attacks of tests/exfil on pages. In: its files. Out: markup and headers, and how a browser
// shows them. Never here: who serves them, or whether they succeed.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./home.mjs";
import { aimed } from "./recorder.mjs";

const ATTACKS = join(ROOT, "tests/exfil");
/** Pages at once, each in a window of its own: a hidden page is not allowed to look ahead. */
export const WINDOWS = { width: 900, height: 600, windows: 6 };
/** Tells that the page is there; it stands before each attack. */
export const SIGN = "<p>Something to read</p>";

/** The first lines of a file may say that no request is to be seen, or what a page looks like. */
export const pagesFor = (browser) => readdirSync(join(ATTACKS, "pages")).sort().map((file) => {
  const html = readFileSync(join(ATTACKS, "pages", file), "utf8").trimEnd();
  const said = (word) => new RegExp("^<!-- " + word + ": (.*) -->$", "m").exec(html)?.[1];
  const [silent, looks] = [said("silent") ?? said("silent in " + browser), said("looks")];
  return { name: file.replace(".html", ""), html: SIGN + html, quiet: silent ?? looks, looks };
});

export const headersFor = (browser) =>
  JSON.parse(readFileSync(join(ATTACKS, "headers.json"), "utf8")).map((attack) => ({
    name: "header-" + attack.name,
    quiet: attack.silent ?? attack["silent in " + browser],
    status: attack.status,
    html: SIGN + (attack.body ?? ""),
    set: attack.set,
  }));

/** Text and headers with the recorder's address. */
export const loaded = ({ html, status, set = {} }, sink) => {
  const pairs = Object.entries(set).map(([name, value]) => [name, aimed(value, sink)]);
  return { html: aimed(html, sink), status, headers: Object.fromEntries(pairs) };
};
