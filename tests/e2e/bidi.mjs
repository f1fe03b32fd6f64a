// WebDriver BiDi, the standard that browsers are driven by. In: the address of a browser's end of
// it. Out: commands and their results. Never here: what is particular to one browser or one test.
import { once } from "node:events";
import WebSocket from "ws";

/** A session; `told` is called with each event that was subscribed to. */
export async function connect(address, capabilities, events, told) {
  const socket = new WebSocket(address + "/session");
  await once(socket, "open");
  const waiting = new Map();
  let sent = 0;
  socket.on("message", (data) => {
    const { id, type, method, params, result, error, message } = JSON.parse(data);
    if (type === "event") return told(method, params);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (type === "error") reject?.(new Error(error + ": " + message));
    else resolve?.(result);
  });
  socket.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the browser is gone"));
  });
  const send = (method, params) =>
    new Promise((resolve, reject) => {
      sent += 1;
      waiting.set(sent, { resolve, reject });
      socket.send(JSON.stringify({ id: sent, method, params }));
    });
  await send("session.new", { capabilities: { alwaysMatch: capabilities } });
  await send("session.subscribe", { events });
  return send;
}
