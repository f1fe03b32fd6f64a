// The host's own cleaning, many pages at once. In: what apps would answer. Out: what browsers would
// get. Never here: a page that the host did not print.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { beside } from "./home.mjs";

/** Starts it; `clean` answers each case with `live` (strings: also `written`), or `refused`. */
export function cleaner() {
  const program = spawn(beside("domicile-clean"), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]();
  async function clean(cases) {
    for (const one of cases) program.stdin.write(JSON.stringify(one) + "\n");
    const answers = [];
    for (const one of cases) {
      const { value, done } = await lines.next();
      if (done) throw new Error("the host's own check fails: " + JSON.stringify(one));
      answers.push(JSON.parse(value));
    }
    return answers;
  }
  return { clean, stop: () => program.stdin.end() };
}
