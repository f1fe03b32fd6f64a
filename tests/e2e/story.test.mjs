// The story of the first evening, in one browser: move in, install, drop a statement, read it,
// change it, take it away as a file, and see in the trail what happened.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { PASSPHRASE, browse, component, domicile, picture, program, serve, statement } from "./home.mjs";

let home, browser, page, app;
const troubles = [];

before(async () => {
  home = await serve();
  browser = await browse();
  page = await (await browser.newContext({ locale: "en-GB" })).newPage();
  page.on("console", (message) => {
    // A browser of another system may not know every feature that is switched off.
    const noise = /Unrecognized feature/.test(message.text());
    if (message.type() === "error" && !noise) troubles.push(message.text());
  });
  page.on("pageerror", (error) => troubles.push(String(error)));
});

after(async () => {
  await browser?.close();
  await home?.stop();
});

/** The page of the app within its frame. */
async function open(path = "") {
  await page.goto(home.origin + "/app/banks/" + path);
  app = page.frameLocator("iframe");
  await app.locator("main").waitFor();
}

test("the owner moves in through the printed link, once", async () => {
  await page.goto(home.link);
  await page.fill("input[name=owner]", "Camille");
  await page.fill("input[name=passphrase]", "short");
  await picture(page, "welcome");
  await page.fill("input[name=passphrase]", PASSPHRASE);
  await page.fill("input[name=again]", PASSPHRASE);
  await page.click("button.primary");
  await page.getByRole("heading", { name: "Hello, Camille" }).waitFor();
  const cookies = await page.context().cookies();
  const session = cookies.find((cookie) => cookie.name === "__Host-session");
  assert.ok(session.secure && session.httpOnly && session.sameSite === "Lax" && session.path === "/");
  await page.goto(home.link);
  await page.getByRole("heading", { name: "Hello, Camille" }).waitFor();
});

test("components are installed after their flows were shown", async () => {
  for (const name of ["banks", "konnector_ofx", "konnector_camt"]) {
    await page.goto(home.origin + "/apps");
    await page.setInputFiles("input[name=component]", component(name));
    await page.getByText("Can send nothing anywhere").first().waitFor();
    if (name === "banks") await picture(page, "consent");
    await page.getByRole("button", { name: "Install" }).click();
    await page.getByRole("button", { name: "Uninstall" }).waitFor();
  }
  await picture(page, "app");
});

test("bytes that are no component are refused in words", async () => {
  await page.goto(home.origin + "/apps");
  const file = { name: "x.wasm", mimeType: "application/wasm", buffer: Buffer.from("no component") };
  await page.setInputFiles("input[name=component]", file);
  await page.getByRole("alert").getByText("can't be installed").waitFor();
  await picture(page, "refused");
  troubles.length = 0; // the browser notes the status of the refusal itself
});

test("a dropped statement is read, and twice adds nothing", async () => {
  const buffer = Buffer.from(statement(["CARREFOUR MARKET", "SNCF CONNECT", "EDF CLIENTS"]));
  const file = { name: "november.ofx", mimeType: "application/x-ofx", buffer };
  for (const round of [1, 2]) {
    await page.goto(home.origin + "/");
    await page.setInputFiles("input[name=file]", file);
    await page.locator("p.ok").waitFor();
    const counts = await page.locator("p.ok + p").textContent();
    if (round === 2) assert.match(counts, /, 0 of them new or changed/);
  }
  await picture(page, "import");
});

test("the operations are there, in the app's frame", async () => {
  await open();
  await app.getByText("1,234.56").or(app.getByText("1234.56")).first().waitFor();
  await picture(page, "banks");
  await open("operations");
  await app.getByText("CARREFOUR").first().waitFor();
  await picture(page, "operations");
});

test("links and searches stay in the frame and in the address", async () => {
  await app.locator("input[type=search], input[name=q]").first().fill("SNCF");
  await app.locator("input[type=search], input[name=q]").first().press("Enter");
  await app.getByText("CARREFOUR").first().waitFor({ state: "detached" });
  await app.getByText("SNCF").first().waitFor();
  assert.match(page.url(), /\/app\/banks\/operations\?.*SNCF/);
  await page.goBack();
  await app.getByText("CARREFOUR").first().waitFor();
});

test("a category that was chosen by hand stays", async () => {
  await app.getByRole("link", { name: /CARREFOUR/ }).first().click();
  const choice = app.locator("main select").last();
  await choice.waitFor();
  const other = await choice.locator("option").evaluateAll(
    (options) => options.find((option) => option.value && !option.selected).value,
  );
  await choice.selectOption(other);
  await app.locator("main form[method=post] button").first().click();
  await app.locator("main:not([aria-busy])").waitFor();
  await picture(page, "recategorised");
  await page.reload();
  app = page.frameLocator("iframe");
  await app.locator("main").waitFor();
});

test("the month is drawn, with a table of the same numbers", async () => {
  await open("months/2026-11");
  await app.locator("figure.chart svg").first().waitFor();
  assert.ok((await app.locator("figure.chart table").count()) > 0);
  await picture(page, "month");
});

test("the operations can be taken away as CSV", async () => {
  await open("operations");
  const download = page.waitForEvent("download");
  await app.getByRole("link", { name: /CSV/ }).first().click();
  const file = await download;
  assert.match(file.suggestedFilename(), /\.csv$/);
  assert.match(readFileSync(await file.path(), "utf8"), /CARREFOUR/);
});

test("a panel's forms keep what it shows, by the shell's script and without", async () => {
  domicile("app", "install", program("page_panels"), "--yes", "--data", home.data);
  const storageState = await page.context().storageState();
  for (const javaScriptEnabled of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled, storageState, locale: "en-GB" });
    const tab = await context.newPage();
    const diary = tab.frameLocator(javaScriptEnabled ? "iframe" : "noscript iframe");
    const spent = diary.getByRole("region", { name: "Spent" });
    const main = diary.locator("main");
    const buttons = [[main, "Write"], [main, "Write the same"], [spent, "Note it"], [spent, "Note it again"]];
    for (const [part, name] of buttons) {
      await tab.goto(home.origin + "/app/diary/");
      await diary.getByText("A part of this page could not be shown").first().waitFor();
      if (javaScriptEnabled && name === "Write") await picture(tab, "panels");
      await part.getByRole("button", { name, exact: true }).click();
      await diary.getByText("Noted").waitFor();
    }
    await context.close();
  }
  const found = domicile("docs", "find", "io.cozy.notes", "--data", home.data);
  const labels = found.toString().trim().split("\n").map((line) => JSON.parse(line).label);
  assert.equal(labels.length, 8);
  assert.equal(labels.filter((label) => JSON.stringify(label).includes("bank@*")).length, 4, labels.join());
});

test("an app's address alone shows nothing of the app", async () => {
  const stray = await page.context().newPage();
  await stray.goto(home.origin.replace("home.", "banks.home.") + "/operations");
  assert.ok(!(await stray.content()).includes("CARREFOUR"));
  await stray.getByRole("link").first().click();
  await stray.locator("iframe").waitFor();
  await stray.close();
});

test("the trail tells what was read", async () => {
  await page.goto(home.origin + "/audit");
  await page.getByText("Showed a page").first().waitFor();
  await page.getByText("io.cozy.bank.operations").first().waitFor();
  await page.locator("figure.chart svg").waitFor();
  await picture(page, "audit");
  await page.goto(home.origin + "/audit?refusals=1");
  await page.getByText("Refused at install").first().waitFor();
});

test("French, and a phone", async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(home.origin + "/settings");
  await page.selectOption("select[name=locale]", "fr");
  await page.locator("form[action='/settings'] button").click();
  await page.getByRole("heading", { name: "Réglages" }).waitFor();
  const home_pages = { accueil: "/", applications: "/apps", journal: "/audit", reglages: "/settings" };
  for (const [name, path] of Object.entries(home_pages)) {
    await page.goto(home.origin + path);
    await picture(page, "fr-phone-" + name);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, path + " is " + wide + " pixels wide");
  }
  for (const [path, name] of [["", "banques"], ["operations", "operations"], ["months/2026-11", "mois"]]) {
    await open(path);
    await picture(page, "fr-phone-" + name);
    const wide = await app.locator("html").evaluate((html) => html.scrollWidth);
    assert.ok(wide <= 360, name + " is " + wide + " pixels wide");
  }
});

test("signing out everywhere ends this session, and the passphrase begins another", async () => {
  await page.goto(home.origin + "/settings");
  await page.locator("form[action='/sign-out-everywhere'] button").click();
  await page.locator("input[name=passphrase]").fill("not the passphrase");
  await page.locator("button.primary").click();
  await page.getByRole("alert").waitFor();
  await picture(page, "fr-phone-connexion");
  troubles.length = 0; // the browser notes the status of the refusal itself
  await page.locator("input[name=passphrase]").fill(PASSPHRASE);
  await page.locator("button.primary").click();
  await page.getByRole("heading", { name: "Bonjour, Camille" }).waitFor();
});

test("no page was refused anything by its own policy", () => {
  assert.deepEqual(troubles, []);
});
