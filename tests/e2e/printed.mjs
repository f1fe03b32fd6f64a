// What a printed page may hold, written down a second time: the printer has its own list, and a
// slip there must not pass here too.

/**
 * Looks at a home's page, or at `html` as a page without protection would read it. Out: the markup,
 * the names of all that is strange in it, and how much there is of what `looks` names. Runs in the
 * browser, and so brings all that it needs.
 */
export function look({ html, looks }) {
  const root = html
    ? new DOMParser().parseFromString(html, "text/html").documentElement
    : document.querySelector("body > main");
  const elements = new Set(
    ("section article header footer nav div span h1 h2 h3 h4 p ul ol li dl dt dd hr br strong em " +
      "small code pre blockquote mark time abbr table caption thead tbody tfoot tr th td details " +
      "summary figure figcaption form fieldset legend label input textarea select option button " +
      "output progress meter a").split(" "),
  );
  const texts = new Set(
    ("class title lang datetime abbr scope colspan rowspan open type name value placeholder " +
      "checked selected disabled required readonly multiple min max step minlength maxlength " +
      "rows cols accept autocomplete aria-label aria-current aria-hidden role method enctype " +
      "formmethod data-link data-arg").split(" "),
  );
  const addresses = ["href", "action", "formaction"];
  const inside = (value) => /^\/(?!\/)[^\\\s]*$/.test(value);
  const found = [];
  for (const element of root.querySelectorAll("*")) {
    const plain = element.namespaceURI === "http://www.w3.org/1999/xhtml";
    if (!plain || !elements.has(element.localName)) found.push(element.localName);
    for (const { name, value } of element.attributes) {
      const good = addresses.includes(name) ? inside(value) : texts.has(name);
      const panel = name === "class" && element.classList.contains("panel");
      if (!good || panel) found.push(element.localName + "[" + name + "=" + value + "]");
    }
  }
  const count = looks ? root.querySelectorAll(looks).length : 0;
  return { markup: root.innerHTML, strange: found, count };
}
