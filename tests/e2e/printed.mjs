// What a printed page may hold, written down a second time: the printer has its own list, and a
// slip there must not pass here too.

const words = (text) => text.split(" ");

export const WORDS = {
  elements: words(
    "section article header footer nav div span h1 h2 h3 h4 p ul ol li dl dt dd hr br strong em " +
      "small code pre blockquote mark time abbr table caption thead tbody tfoot tr th td details " +
      "summary figure figcaption form fieldset legend label input textarea select option button " +
      "output progress meter a",
  ),
  texts: words(
    "class title lang datetime abbr scope colspan rowspan open type name value placeholder " +
      "checked selected disabled required readonly multiple min max step minlength maxlength " +
      "rows cols accept autocomplete aria-label aria-current aria-hidden role method enctype " +
      "formmethod data-link data-arg",
  ),
  addresses: ["href", "action", "formaction"],
  types: words("text search number date month checkbox radio hidden file email tel submit button"),
};

/** A home's page, or `html` as a page without protection would read it: see `look`. */
export const looked = (page, { html, looks }) => page.evaluate(look, { words: WORDS, html, looks });

/**
 * Looks at a page, or at `html`, or at `root`. Out: the markup, the names of all that is strange in
 * it, and how much there is of what `looks` names. Runs in the browser, and so brings all that it
 * needs.
 */
export function look({ words, html, looks, root }) {
  root ??= html
    ? new DOMParser().parseFromString(html, "text/html").documentElement
    : document.querySelector("body > main");
  const inside = (value) => /^\/(?!\/)[^\\\s]*$/.test(value);
  // The form that buttons outside any form send.
  const loose = ({ localName, id }, { name, value }) =>
    (name === "hidden" && id === "-post") ||
    (value === "-post" && ["form id", "button form"].includes(localName + " " + name));
  const values = {
    name: (_, { localName }) => ["input", "textarea", "select", "button"].includes(localName),
    type: (value) => words.types.includes(value),
    // What stands around a panel is the home's own.
    class: (value) => !value.split(/\s+/).includes("panel"),
    autocomplete: (value) => ["on", "off"].includes(value),
    ...Object.fromEntries(words.addresses.map((name) => [name, inside])),
  };
  const good = (element, { name, value }) =>
    Object.hasOwn(values, name) ? values[name](value, element) : words.texts.includes(name);
  const found = [];
  for (const one of root.querySelectorAll("*")) {
    // Without its fields: they hide a form's own properties by their names.
    const element = Node.prototype.cloneNode.call(one, false);
    const plain = element.namespaceURI === "http://www.w3.org/1999/xhtml";
    if (!plain || !words.elements.includes(element.localName)) found.push(element.localName);
    for (const attribute of element.attributes) {
      if (good(element, attribute) || loose(element, attribute)) continue;
      found.push(element.localName + "[" + attribute.name + "=" + attribute.value + "]");
    }
  }
  const count = looks ? root.querySelectorAll(looks).length : 0;
  return { markup: root.innerHTML, strange: found, count };
}
