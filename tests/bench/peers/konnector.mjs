// A konnector as Cozy runs one: a process of its own for each run, which asks its provider page by
// page. In: a port, an authority and a key by the environment. Out: a document a line, then what
// the process took. Never here: a dependency, which would only make it slower.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";

const { PORT, AUTHORITY, KEY, KEEP } = process.env;
const agent = new Agent({ keepAlive: KEEP === "yes", maxSockets: 1, ca: readFileSync(AUTHORITY) });

const ask = (path) =>
  new Promise((done, failed) => {
    const headers = { authorization: "Bearer " + KEY, host: "provider.example" };
    const to = { host: "127.0.0.1", port: PORT, servername: "provider.example", path, headers, agent };
    const asking = request(to, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => {
        if (answer.statusCode !== 200) failed(new Error(String(answer.statusCode)));
        else done(JSON.parse(Buffer.concat(parts).toString()));
      });
    });
    asking.on("error", failed);
    asking.end();
  });

for (let page = "1"; page; ) {
  const { bills, next } = await ask("/bills?page=" + page);
  for (const { id, day, amount } of bills) {
    const bill = { vendor: "Bench", vendorRef: id, date: day, amount, currency: "EUR" };
    console.log(JSON.stringify({ key: id, body: bill }));
  }
  page = next;
}
agent.destroy();
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
console.log("took " + maxRSS + " " + (userCPUTime + systemCPUTime));
