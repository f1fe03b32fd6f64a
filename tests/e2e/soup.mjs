// Pages that nobody would write. In: a seed, and the words of tests/exfil/markup. Out: strings and
// trees, as pieces that can be left out one by one. Never here: what must come of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./home.mjs";

const words = (name) => JSON.parse(readFileSync(join(ROOT, "tests/exfil/markup", name), "utf8"));
const PIECES_MAX = 30;

/** Numbers below `below`, the same for the same seed (a multiply-with-carry generator). */
function numbers(seed) {
  let [low, high] = [seed >>> 0 || 1, 362_436_069];
  return (below) => {
    high = (36_969 * (high & 65_535) + (high >>> 16)) >>> 0;
    low = (18_000 * (low & 65_535) + (low >>> 16)) >>> 0;
    return (((high << 16) + (low & 65_535)) >>> 0) % below;
  };
}

/** One string for each class of attack that is known to us. */
export const payloads = () =>
  Object.entries(words("payloads.json")).flatMap(([family, all]) =>
    all.map((text) => ({ family, pieces: [text] })),
  );

/** So many strings of tags that open, close and break off where they like. */
export function strings(seed, count) {
  const { elements, attributes, texts } = words("soup.json");
  const below = numbers(seed);
  const one = (list) => list[below(list.length)];
  const tag = () =>
    "<" + one(elements) + " " + one(attributes) + (below(3) ? "" : " " + one(attributes)) + ">";
  const kinds = [tag, tag, tag, () => "</" + one(elements) + ">", () => one(texts)];
  const pieces = () => Array.from({ length: 1 + below(PIECES_MAX) }, () => one(kinds)());
  return Array.from({ length: count }, () => ({ pieces: pieces() }));
}

/** So many trees of the vocabulary, nested as no HTML parser would. */
export function trees(seed, count) {
  const { elements, names, values, texts } = words("soup.json");
  const below = numbers(seed);
  const one = (list) => list[below(list.length)];
  const attributes = () => Array.from({ length: below(3) }, () => [one(names), one(values)]);
  const open = () => [one(elements), Object.fromEntries(attributes())];
  const kinds = [open, open, () => null, () => one(texts)];
  const pieces = () => Array.from({ length: 1 + below(PIECES_MAX) }, () => one(kinds)());
  return Array.from({ length: count }, () => ({ tree: true, pieces: pieces() }));
}

/** A case as the cleaner takes it, aimed at a recorder; what runs leaves its number behind. */
export function aimed({ tree, pieces }, at, sink) {
  const aim = (text) =>
    text
      .replaceAll("{{run}}", "top.name+=-{{case}}")
      .replaceAll("{{case}}", at)
      .replaceAll("{{sink}}", sink.url + "/" + at)
      .replaceAll("{{host}}", sink.host);
  if (!tree) return { html: aim(pieces.join("")) };
  const aimedValues = (attributes) =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, aim(value)]));
  const aimPiece = (piece) => {
    if (typeof piece === "string") return aim(piece);
    return piece && [piece[0], aimedValues(piece[1])];
  };
  return { tree: pieces.map(aimPiece) };
}

/** The fewest pieces that are still in trouble. */
export async function shrunk(one, isInTrouble) {
  let { pieces } = one;
  for (let at = pieces.length - 1; at >= 0 && pieces.length > 1; at -= 1) {
    const fewer = { ...one, pieces: pieces.toSpliced(at, 1) };
    if (await isInTrouble(fewer)) ({ pieces } = fewer);
  }
  return { ...one, pieces };
}
