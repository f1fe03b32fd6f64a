// Chromium as an owner has it. In: where to keep its profile. Out: tabs to go to addresses with, to
// look and to press keys (the same as of firefox.mjs). Never here: a flag that hides a way out.
import { chromium as driver } from "playwright-core";

export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/**
 * Calls offer a name instead of an address, which the browser announces to the network and takes
 * back long after the page is gone: whose it was, the packet does not tell. Without, calls offer
 * the address itself, and go the same ways.
 */
const ANNOUNCING = "WebRtcHideLocalIpsWithMdns";

/** A tab, or a frame in one. */
class Page {
  constructor(page, frame = page.mainFrame()) {
    Object.assign(this, { page, frame });
  }

  /** Goes there; answers with the headers of the answer. */
  async go(address) {
    const answer = await this.frame.goto(address);
    return (await answer?.headersArray())?.map(({ name, value }) => [name, value]);
  }

  address = async () => this.frame.url();
  evaluate = (work, given) => this.frame.evaluate(work, given);
  enter = () => this.page.keyboard.press("Enter");
  picture = (clip) => this.page.screenshot({ clip });

  /** Presses a mouse button at a place of this page. */
  async click(left, top, button) {
    const element = this.frame.parentFrame() && (await this.frame.frameElement());
    const { x, y } = (await element?.boundingBox()) ?? { x: 0, y: 0 };
    await this.page.mouse.click(x + left, y + top, { button });
  }

  /** The page in the frame of this one. */
  async inside() {
    const element = await this.page.waitForSelector("iframe");
    return new Page(this.page, await element.contentFrame());
  }
}

/**
 * Starts it. A context would hide ways out: without a profile there is no looking ahead, and the
 * driver's own flags switch off what works in the background.
 */
export async function chromium(profile, { width, height, windows }) {
  const browser = await driver.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    ignoreDefaultArgs: ["--disable-background-networking", "--disable-popup-blocking"],
    args: ["--no-sandbox", "--disable-gpu", "--disable-features=" + ANNOUNCING],
    viewport: { width, height },
  });
  const [first] = browser.pages();
  const session = await browser.newCDPSession(first);
  const pages = [first];
  while (pages.length < windows) {
    const opened = browser.waitForEvent("page");
    await session.send("Target.createTarget", { url: "about:blank", newWindow: true });
    pages.push(await opened);
  }
  const strays = () => browser.pages().filter((page) => !pages.includes(page));
  return {
    tabs: pages.map((page) => new Page(page)),
    /** Closes what was opened by pages. */
    tidy: () => Promise.all(strays().map((page) => page.close())),
    close: () => browser.close(),
  };
}
