// Lets Fedify 2 run on Node.js 20, which Debian 13 ships: the one thing it asks for that came with Node.js 21.
// Start the peer with `node --import ./node20.mjs server.mjs`.

ArrayBuffer.prototype.transfer ??= function transfer(length = this.byteLength) {
  const moved = new ArrayBuffer(length);
  new Uint8Array(moved).set(new Uint8Array(this, 0, Math.min(length, this.byteLength)));
  return moved;
};
