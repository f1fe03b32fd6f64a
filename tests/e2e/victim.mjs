// An owner who does everything that a page asks for. In: a page, or an app's frame in it. Out:
// clicks, middle clicks, keys. Never here: whether it did harm; the recorder tells.

/** The middles of all that has a place on the screen, but for the sign that the page is there. */
const places = () =>
  [...(document.querySelector("main") ?? document.body).querySelectorAll("*")].flatMap((element) => {
    if (/^(Something to read|The end)$/.test(element.textContent)) return [];
    const { left, top, width, height } = element.getBoundingClientRect();
    if (width === 0 || height === 0) return [];
    return [[left + Math.min(width, 120) / 2, top + Math.min(height, 60) / 2]];
  });

/** Press everything, with both buttons and the return key, until `stop` says that it is enough. */
export async function press(page, stop) {
  const found = await page.evaluate(places).catch(() => []);
  for (const [left, top] of unique(found)) {
    for (const button of ["left", "middle"]) {
      if (stop()) return;
      await page.click(left, top, button).catch(gone);
    }
    await page.enter().catch(gone);
  }
}

/** A press may take the page away: that is what attacks do. */
const gone = () => {};

const unique = (found) => [...new Map(found.map((place) => [place.join(), place])).values()];
