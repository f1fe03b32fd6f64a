// The typed tree of a page: `element("p", { class: "muted" }, ["text"])`, nested as you like. The
// host checks and prints it: there is no markup to escape.

const VOID = new Set(["br", "hr", "input"]);

/** An element. Attributes whose value is null or false are left out; true is an empty value. */
export function element(tag, attributes = {}, children = []) {
  const attrs = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== false)
    .map(([name, value]) => [name, value === true ? "" : String(value)]);
  return { tag, attrs, children: [children].flat() };
}

/** The nodes in preorder, as `domicile:app/page` takes them. */
export function nodes(content) {
  if (Array.isArray(content)) return content.flatMap(nodes);
  if (typeof content !== "object") return [{ tag: "text", val: String(content) }];
  const { tag, attrs, children } = content;
  const open = { tag: "open", val: { tag, attrs } };
  if (VOID.has(tag)) return [open];
  return [open, ...nodes(children), { tag: "close" }];
}

/** A page that shows a tree. */
export function show(title, content) {
  return { title, content: { tag: "tree", val: nodes(content) } };
}

/** The answer where there is no page. */
export const absent = { title: "", content: { tag: "not-found" } };
