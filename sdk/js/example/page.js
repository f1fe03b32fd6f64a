// An app in one JavaScript module: the owner's notes, printed as a typed tree.

import query from "domicile:docs/query@1.0.0";
import viewer from "domicile:app/viewer@1.0.0";
import { absent, element, show } from "../tree.js";

const WORDS = {
  en: { title: "Notes", none: "No notes yet.", count: "notes" },
  fr: { title: "Notes", none: "Pas encore de notes.", count: "notes" },
};

/** The newest notes. */
function notes() {
  const request = {
    doctype: "io.cozy.notes",
    selector: "{}",
    sort: [{ field: "updated_at", descending: true }],
    limit: 100,
    cursor: null,
    origins: [],
  };
  return query.find(request).documents.map((document) => JSON.parse(document.body));
}

/** A note's content is a plain text, or a tree whose leaves are texts. */
function plain(content) {
  if (typeof content === "string") return content;
  const inner = (content?.content ?? []).map(plain).join(" ");
  return `${content?.text ?? ""}${inner}`;
}

export const page = {
  handle(request) {
    if (request.path !== "/") return absent;
    const words = WORDS[viewer.current().locale] ?? WORDS.en;
    const list = notes();
    if (list.length === 0) return show(words.title, element("p", { class: "empty" }, words.none));
    const items = list.map((note) =>
      element("li", { class: "item" }, [
        element("strong", {}, note.title),
        element("p", { class: "muted" }, plain(note.content)),
      ]),
    );
    return show(words.title, [
      element("p", {}, `${list.length} ${words.count}`),
      element("ul", { class: "list" }, items),
    ]);
  },
};
