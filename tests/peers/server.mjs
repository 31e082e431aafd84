// An ActivityPub server of somebody else: Fedify's, with a person and a group, and a control address for the tests.
//
//   node --import ./node20.mjs server.mjs NAME PORT
//
// listens on 127.0.0.1:PORT as http://NAME:PORT, and on a free port for control; prints {"control": PORT} when it does.
// Fedify makes keys, finds handles, signs, and verifies; what is written here is who lives here and what they were told.

import { createServer } from "node:http";
import { Readable } from "node:stream";
import { configure } from "@logtape/logtape";
import { reachThisMachine } from "./loopback.mjs";
import { Peer } from "./peer.mjs";

const [name, port] = process.argv.slice(2);
reachThisMachine();
await configure({
  sinks: { complaints: (record) => console.error(record.level, ...record.message, JSON.stringify(record.properties)) },
  loggers: [
    { category: "fedify", lowestLevel: process.env.PEER_LOG ?? "warning", sinks: ["complaints"] },
    { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["complaints"] },
  ],
});
const peer = new Peer(`http://${name}:${port}`);

async function received(message) {
  const chunks = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function serve(answer) {
  return createServer(async (message, response) => {
    try {
      const said = await answer(message, await received(message));
      response.writeHead(said.status, Object.fromEntries(said.headers));
      if (said.body) Readable.fromWeb(said.body).pipe(response);
      else response.end();
    } catch (error) {
      response.writeHead(500, { "Content-Type": "application/json" });
      response.end(JSON.stringify({ error: String(error?.stack ?? error) }));
    }
  });
}

const world = serve((message, body) => {
  const bodied = message.method !== "GET" && message.method !== "HEAD";
  const url = new URL(message.url, `http://${message.headers.host}`);
  return peer.answer(new Request(url, { method: message.method, headers: message.headers, body: bodied ? body : null }));
});

const control = serve(async (message, body) => {
  const order = message.url.slice(1);
  if (!Object.hasOwn(Peer.ORDERS, order)) return Response.json({ error: `no such order: ${order}` }, { status: 404 });
  const said = await Peer.ORDERS[order](peer, body.length ? JSON.parse(body) : {});
  return Response.json(said ?? {});
});

world.listen(Number(port), "127.0.0.1", () => {
  control.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ control: control.address().port })));
});
// Whoever started us holds our standard input; when they are gone, so are we.
process.stdin.resume().on("end", () => process.exit(0));
