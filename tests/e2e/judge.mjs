// What a browser makes of printed pages. In: pages, and a tab without protection. Out: what is
// wrong with each, what ran, and how the browser would write it. Never here: the host's list.
import { readFileSync } from "node:fs";
import { WORDS, look } from "./printed.mjs";

const DOMPURIFY = new URL("node_modules/dompurify/dist/purify.js", import.meta.url);
const purify = readFileSync(DOMPURIFY, "utf8");

/** What is kept of an app's page: acts as they were written. */
const KEPT = { ...WORDS, texts: [...WORDS.texts, "data-act"] };

const LOOKING = { looking: look.toString() };
/** Pages that stand together in one document. */
const TOGETHER = 50;

/**
 * Each of `pages` has a number `at` and a text `page`; `exact`, if it must read back as itself.
 * After `pause` milliseconds what wants to run has run.
 */
export const judged = (tab, pages, pause) =>
  tab.evaluate(judge, { pages, pause, purify, together: TOGETHER, ...LOOKING, words: WORDS });

/** The same of pages as they are kept, which no browser gets as a document. */
export const judgedAsKept = (tab, pages) => tab.evaluate(judge, { pages, ...LOOKING, words: KEPT });

/** The numbers of those that run something, each in a document of its own. */
export const ranAmong = (tab, pages, pause) => tab.evaluate(run, { pages, pause });

/** Runs in the browser, and so brings all that it needs. */
async function run({ pages, pause }) {
  window.name = "";
  const frames = pages.map(({ page }) => {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const { contentDocument } = frame;
    contentDocument.open();
    contentDocument.write("<!doctype html><main>" + page + "</main>");
    contentDocument.close();
    return frame;
  });
  await new Promise((resolve) => setTimeout(resolve, pause));
  frames.forEach((frame) => frame.remove());
  return [...new Set(window.name.split("-").slice(1).map(Number))];
}

/** Runs in the browser, and so brings all that it needs. */
async function judge({ pages, pause, together, purify, looking, words }) {
  const look = new Function("return " + looking)();
  const module = { exports: {} };
  if (purify) new Function("module", "exports", purify)(module, module.exports);
  const DOMPurify = module.exports;
  // It takes forms away whose fields hide properties that it asks for. The shell's script asks a
  // form for none: it calls what stands in the prototypes.
  const hidesProperties = (main) =>
    [...main.querySelectorAll("form [name]")].some(({ name }) => name in HTMLFormElement.prototype);
  // Words of texts are no addresses; names of fields can hide properties of their form alone, see
  // above; and what looks like the end of a style or of a comment is text, since no printed page is
  // put into either.
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
    // Without its fields: they hide a form's own properties by their names.
    const { nodeType, localName, attributes, data } = Node.prototype.cloneNode.call(node, false);
    if (nodeType === Node.TEXT_NODE) return escaped(data);
    if (nodeType !== Node.ELEMENT_NODE) return "<!-- what is no element -->";
    const attribute = ({ name, value }) =>
      " " + name + (flags.test(name) ? "" : '="' + escaped(value) + '"');
    const start = "<" + localName + [...attributes].map(attribute).join("") + ">";
    if (/^(br|hr|input)$/.test(localName)) return start;
    const within = inside(node);
    const swallows = /^(pre|textarea)$/.test(localName) && within.startsWith("\n");
    return start + (swallows ? "\n" : "") + within + "</" + localName + ">";
  };
  const { get: childrenOf } = Object.getOwnPropertyDescriptor(Node.prototype, "childNodes");
  const inside = (node) => [...childrenOf.call(node)].map(written).join("");

  const own = document.body.appendChild(document.createElement("div"));
  const wrong = {};
  const kept = {};
  function check(way, { at, page, exact }, main) {
    const say = (what) => (wrong[at] ??= []).push(way + " " + what);
    const { strange, markup } = look({ words, root: main });
    if (strange.length > 0) say("finds " + strange.join(", "));
    if (exact && inside(main) !== page) say("reads " + page + "\nas " + inside(main));
    return markup;
  }
  const whole = (some) =>
    "<!doctype html>" + some.map(({ page }) => "<main>" + page + "</main>").join("");
  window.name = "";
  for (let from = 0; together && from < pages.length; from += together) {
    const some = pages.slice(from, from + together);
    const { contentDocument } = own.appendChild(document.createElement("iframe"));
    contentDocument.open();
    contentDocument.write(whole(some));
    contentDocument.close();
    const mains = Document.prototype.querySelectorAll.call(contentDocument, "body > main");
    const apart = mains.length === some.length;
    some.forEach((one, nth) => {
      if (apart) check("A document", one, mains[nth]);
      else (wrong[one.at] ??= []).push("A document falls apart: " + mains.length);
    });
  }
  for (const one of pages) {
    const main = own.appendChild(document.createElement("main"));
    main.innerHTML = one.page;
    check("innerHTML", one, main);
    const parsed = new DOMParser().parseFromString(whole([one]), "text/html");
    const root = parsed.querySelector("main") ?? parsed.documentElement;
    kept[one.at] = check("DOMParser", one, root);
    if (!purify || !one.exact || hidesProperties(root)) continue;
    const page = "<div>" + one.page + "</div>";
    const purified = inside(DOMPurify.sanitize(page, config));
    if (purified !== page)
      (wrong[one.at] ??= []).push("DOMPurify makes of " + page + "\n" + purified);
  }
  if (pause) await new Promise((resolve) => setTimeout(resolve, pause));
  const ran = window.name.split("-").slice(1).map(Number);
  own.remove();
  return { wrong, kept, ran: [...new Set(ran)] };
}
