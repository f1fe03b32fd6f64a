// The only name server of the network that the tests run in (alone.sh). In: questions. Out: who was
// asked for, and the addresses of those who are known. Never here: a question passed on.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const HEAD = 12;
/** Before the address of an answer: it is short-lived, so that the next question comes again. */
const RECORD = [0xc0, HEAD, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4];

/** Starts to answer; `asked` is told each name in lower case, and says at which address it is. */
export async function names(asked) {
  const datagrams = createSocket("udp4");
  datagrams.on("message", (message, { port, address }) => {
    const said = answer(message, asked);
    if (said) datagrams.send(said, port, address);
  });
  datagrams.bind(53, "127.0.0.1");
  const stream = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      const said = answer(data.subarray(2), asked);
      if (!said) return;
      const length = Buffer.from([said.length >> 8, said.length & 255]);
      socket.end(Buffer.concat([length, said]));
    });
  });
  stream.listen(53, "127.0.0.1");
  await Promise.all([once(datagrams, "listening"), once(stream, "listening")]);
  return () => {
    datagrams.close();
    stream.close();
  };
}

function answer(message, asked) {
  const labels = [];
  let at = HEAD;
  while (message[at] > 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + message[at]));
    at += 1 + message[at];
  }
  if (at + 5 > message.length) return null;
  const address = asked(labels.join(".").toLowerCase());
  const isAddress = message.readUInt16BE(at + 1) === 1;
  const record = address && isAddress ? [...RECORD, ...address.split(".")] : [];
  const question = message.subarray(HEAD, at + 5);
  const counts = [0, 1, 0, record.length > 0 ? 1 : 0, 0, 0, 0, 0];
  const head = Buffer.from([message[0], message[1], 0x81, 0x80, ...counts]);
  return Buffer.concat([head, question, Buffer.from(record)]);
}
