// Debian's Firefox as an owner has it. In: where to keep its profile. Out: tabs to go to addresses
// with, to look and to press keys (the same as of chromium.mjs). Never here: a preference that
// hides a way out.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { connect } from "./bidi.mjs";

const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const ENTER = "\uE006";
const BUTTONS = { left: 0, middle: 1 };
const PREFERENCES = {
  // Names are asked of the system's name server, which is the test's.
  "network.trr.mode": 5,
  // The owner says yes when asked whether a form may go out without TLS.
  "security.warn_submit_secure_to_insecure": false,
  // What is given to the device goes to a folder that is named below.
  "browser.download.folderList": 2,
};

/** A tab, or a frame in one. */
class Page {
  constructor(send, answers, tab, context = tab) {
    Object.assign(this, { send, answers, tab, context });
  }

  /** Goes there, in front: nothing behind gets the keys. Answers with the headers of the answer. */
  async go(url) {
    await this.send("browsingContext.activate", { context: this.tab });
    const there = { context: this.context, url, wait: "complete" };
    const { navigation } = await this.send("browsingContext.navigate", there);
    return this.answers.get(navigation);
  }

  async address() {
    return (await this.tree()).url;
  }

  /** In a world of its own: what a page does to its own names does not matter. */
  async evaluate(work, given) {
    const { result, exceptionDetails } = await this.send("script.callFunction", {
      functionDeclaration: `async (given) => JSON.stringify(await (${work})(JSON.parse(given)))`,
      arguments: [{ type: "string", value: JSON.stringify(given ?? null) }],
      target: { context: this.context, sandbox: "test" },
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value && JSON.parse(result.value);
  }

  /** Presses a mouse button at a place of this page. */
  async click(left, top, button) {
    const [x, y] = [Math.round(left), Math.round(top)];
    const press = ["pointerDown", "pointerUp"].map((type) => ({ type, button: BUTTONS[button] }));
    await this.act("pointer", [{ type: "pointerMove", x, y }, ...press]);
  }

  enter = () => this.act("key", ["keyDown", "keyUp"].map((type) => ({ type, value: ENTER })));

  async picture(clip) {
    const of = { context: this.context, clip: clip && { type: "box", ...clip } };
    return Buffer.from((await this.send("browsingContext.captureScreenshot", of)).data, "base64");
  }

  /** The page in the frame of this one. */
  async inside() {
    const { children } = await this.tree();
    return new Page(this.send, this.answers, this.tab, children[0].context);
  }

  async tree() {
    return (await this.send("browsingContext.getTree", { root: this.context })).contexts[0];
  }

  async act(type, actions) {
    const { context } = this;
    await this.send("input.performActions", { context, actions: [{ type, id: type, actions }] });
  }
}

/** Starts the program; answers with the address that it can be driven at. */
async function start(profile) {
  mkdirSync(profile, { recursive: true });
  const preferences = { ...PREFERENCES, "browser.download.dir": profile };
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0"];
  const program = spawn(FIREFOX, args, { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => program.once("exit", resolve));
  const address = await new Promise((resolve, reject) => {
    createInterface(program.stderr).on("line", (line) => {
      const found = /BiDi listening on (ws:\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
    program.once("error", reject);
    ended.then(() => reject(new Error("Firefox ended before it could be driven")));
  });
  return { address, ended };
}

/** Starts it, with windows of that size. */
export async function firefox(profile, { width, height, windows }) {
  const { address, ended } = await start(profile);
  const answers = new Map();
  const capabilities = { unhandledPromptBehavior: { default: "accept" } };
  const events = ["network.responseCompleted"];
  const send = await connect(address, capabilities, events, (_, { navigation, response }) => {
    const headers = response.headers.map(({ name, value }) => [name, value.value]);
    if (navigation) answers.set(navigation, headers);
  });
  const roots = async () =>
    (await send("browsingContext.getTree", { maxDepth: 0 })).contexts.map(({ context }) => context);
  const own = await roots();
  while (own.length < windows) {
    own.push((await send("browsingContext.create", { type: "window" })).context);
  }
  for (const context of own) {
    await send("browsingContext.setViewport", { context, viewport: { width, height } });
  }
  return {
    tabs: own.map((context) => new Page(send, answers, context)),
    /** Closes what was opened by pages. */
    async tidy() {
      answers.clear();
      const strays = (await roots()).filter((context) => !own.includes(context));
      await Promise.all(strays.map((context) => send("browsingContext.close", { context })));
    },
    async close() {
      await send("browser.close", {});
      await ended;
    },
  };
}
