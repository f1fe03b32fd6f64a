// What a browser makes of printed pages. In: pages, and a tab without protection. Out: what is
// wrong with each, what ran, and how the browser would write it. Never here: the host's list.
import { readFileSync } from "node:fs";
import { WORDS, look } from "./printed.mjs";

const DOMPURIFY = new URL("node_modules/dompurify/dist/purify.js", import.meta.url);
const purify = readFileSync(DOMPURIFY, "utf8");

/** What is kept of an app's page: acts as they were written. */
const KEPT = { ...WORDS, texts: [...WORDS.texts, "data-act"] };

/**
 * Each of `pages` has a number `at` and a text `page`; `exact`, if it must read back as itself.
 * After `pause` milliseconds what wants to run has run.
 */
export const judged = (tab, pages, pause) =>
  tab.evaluate(judge, { pages, pause, purify, looking: look.toString(), words: WORDS });

/** The same of pages as they are kept. */
export const judgedAsKept = (tab, pages) =>
  tab.evaluate(judge, { pages, pause: 0, purify, looking: look.toString(), words: KEPT });

/** Runs in the browser, and so brings all that it needs. */
async function judge({ pages, pause, purify, looking, words }) {
  const look = new Function("return " + looking)();
  const module = { exports: {} };
  new Function("module", "exports", purify)(module, module.exports);
  // Words of texts are no addresses; names of fields can take the place of properties of their form
  // alone, which the shell's script never asks by name; and what looks like the end of a style or
  // of a comment is text, since no printed page is put into either.
  const config = {
    ALLOWED_TAGS: words.elements,
    ALLOWED_ATTR: [...words.texts, ...words.addresses, "id", "hidden", "form"],
    ADD_URI_SAFE_ATTR: words.texts,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    SANITIZE_DOM: false,
    SAFE_FOR_XML: false,
    RETURN_DOM: true,
  };
  const flags = /^(open|checked|selected|disabled|required|readonly|multiple|hidden)$/;
  const references = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
    "\r": "&#13;",
  };
  const escaped = (text) => text.replace(/[&<>"'\r]/g, (character) => references[character]);
  /** An element as the host prints it. */
  const written = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return escaped(node.data);
    if (node.nodeType !== Node.ELEMENT_NODE) return "<!-- what is no element -->";
    const attribute = ({ name, value }) =>
      " " + name + (flags.test(name) ? "" : '="' + escaped(value) + '"');
    const start = "<" + node.localName + [...node.attributes].map(attribute).join("") + ">";
    if (/^(br|hr|input)$/.test(node.localName)) return start;
    const swallows =
      /^(pre|textarea)$/.test(node.localName) && node.firstChild?.data?.startsWith("\n");
    return start + (swallows ? "\n" : "") + inside(node) + "</" + node.localName + ">";
  };
  const inside = (node) => [...node.childNodes].map(written).join("");

  const own = document.body.appendChild(document.createElement("div"));
  const document_of = (html) => "<!doctype html><main>" + html + "</main>";
  const ways = {
    innerHTML(html) {
      const main = own.appendChild(document.createElement("main"));
      main.innerHTML = html;
      return main;
    },
    DOMParser: (html) =>
      new DOMParser().parseFromString(document_of(html), "text/html").querySelector("main"),
    document(html) {
      const { contentDocument } = own.appendChild(document.createElement("iframe"));
      contentDocument.open();
      contentDocument.write(document_of(html));
      contentDocument.close();
      return contentDocument.querySelector("main") ?? contentDocument.documentElement;
    },
  };
  window.name = "";
  const wrong = {};
  const kept = {};
  for (const { at, page, exact } of pages) {
    const say = (what) => (wrong[at] ??= []).push(what);
    for (const [way, read] of Object.entries(ways)) {
      const main = read(page);
      const { strange, markup } = look({ words, root: main });
      if (strange.length > 0) say(way + " finds " + strange.join(", "));
      if (exact && inside(main) !== page) say(way + " reads " + page + "\nas " + inside(main));
      if (way !== "DOMParser") continue;
      kept[at] = markup;
      const purified = inside(module.exports.sanitize(page, config));
      if (purified !== inside(main)) say("DOMPurify makes of " + page + "\n" + purified);
    }
  }
  await new Promise((resolve) => setTimeout(resolve, pause));
  const ran = window.name.split("-").slice(1).map(Number);
  own.remove();
  return { wrong, kept, ran: [...new Set(ran)] };
}
