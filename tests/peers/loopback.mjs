// What a test machine lacks: names under .localhost in the resolver, and certificates for them.
// Fedify asks WebFinger by https whatever the name is; here such a request goes to the same name by http.

import dns from "node:dns";

const isOurs = (host) => host === "localhost" || host.endsWith(".localhost");

export function reachThisMachine() {
  const lookup = dns.lookup;
  dns.lookup = (host, options, callback) => {
    if (!isOurs(host)) return lookup(host, options, callback);
    const answer = callback ?? options;
    const all = typeof options === "object" && options?.all;
    return all ? answer(null, [{ address: "127.0.0.1", family: 4 }]) : answer(null, "127.0.0.1", 4);
  };

  const fetch = globalThis.fetch;
  globalThis.fetch = (what, options) => {
    const url = new URL(what instanceof Request ? what.url : what);
    if (!isOurs(url.hostname)) return Promise.reject(new Error(`not this machine: ${url}`));
    if (url.protocol !== "https:") return fetch(what, options);
    url.protocol = "http:";
    return fetch(what instanceof Request ? new Request(url, what) : url, options);
  };
}
