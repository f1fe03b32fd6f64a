// A throw-away home: the real program, a real browser, nothing pretended.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM } from "./chromium.mjs";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const PASSPHRASE = "four brown chairs outside";
export const PICTURES = join(ROOT, "target", "e2e");
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");

/** A built component. */
export const component = (name) =>
  join(process.env.DOMICILE_COMPONENTS ?? join(TARGET, "guests/wasm32-wasip2/guest"), name + ".wasm");

/** A built test program. */
export const program = (name) => component("examples/" + name);

const PROGRAM = process.env.DOMICILE ?? join(TARGET, "debug/domicile");

/** A program of the tests, which is built with it. */
export const beside = (name) => join(dirname(PROGRAM), name);

/** Run a command of the program, to its end. */
export const domicile = (...args) => execFileSync(PROGRAM, args, { stdio: ["ignore", "pipe", "inherit"] });

/** Start a server on an empty folder; answers with the link that it prints. */
export async function serve() {
  const data = mkdtempSync(join(tmpdir(), "domicile-e2e-"));
  const args = ["up", "--data", data, "--listen", "127.0.0.1:0"];
  const server = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  const link = await new Promise((resolve, reject) => {
    let printed = "";
    server.stdout.on("data", (text) => {
      printed += text;
      const found = /http:\S+\?once=\S+/.exec(printed);
      if (found) resolve(found[0]);
    });
    server.once("error", reject);
    ended.then(() => reject(new Error("the server ended: " + printed)));
  });
  const stop = async () => {
    server.kill("SIGINT");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  return { link, data, origin: new URL(link).origin, stop };
}

/** The browser, with its own profile and no network but this machine. */
export async function browse() {
  mkdirSync(PICTURES, { recursive: true });
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-background-networking"],
  });
}

/** On the first-run page: a name and a passphrase, and in. */
export async function moveIn(page, home) {
  await page.go(home.link);
  await page.evaluate((values) => {
    for (const [name, value] of Object.entries(values)) {
      document.querySelector(`input[name=${name}]`).value = value;
    }
    document.querySelector("button.primary").click();
  }, { owner: "Camille", passphrase: PASSPHRASE, again: PASSPHRASE });
  while ((await page.address()) !== home.origin + "/") await wait(50);
}

/** A picture of the page, to be looked at. */
export async function picture(page, name) {
  await page.screenshot({ path: join(PICTURES, name + ".png"), fullPage: true });
}

/** An OFX statement with one operation for each label. */
export function statement(labels) {
  const operation = (label, at) =>
    "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>202611" + String(10 + at) +
    "<TRNAMT>-" + (20 + at) + ".50<FITID>E2E" + at + "<NAME>" + label + "</STMTTRN>";
  return (
    "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n" +
    "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n" +
    "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261123" +
    "<LANGUAGE>FRA</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0" +
    "<SEVERITY>INFO</STATUS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>30002<BRANCHID>00550" +
    "<ACCTID>00001234567<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20261101" +
    "<DTEND>20261123" + labels.map(operation).join("") + "</BANKTRANLIST>" +
    "<LEDGERBAL><BALAMT>1234.56<DTASOF>20261123</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
  );
}
