"""What a delivery costs on the wire: `Lane` against a sink in another process, over loopback.

    python -m tests.bench.exchange [deliveries]

Prints, asserts nothing. «new» opens a connection to another authority for every delivery, «kept» sends ten over each.
CPU is that of the delivering process alone; the sink has the other core.
"""

import asyncio
import base64
import hashlib
import multiprocessing
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection as Pipe

import httptools
import uvloop
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from fediverse.fetch import Lane, LoopbackNetwork
from fediverse.limits import Limits

BODY = b'{"type":"Create","content":"' + b"x" * 2_000 + b'"}'
AT_ONCE = 64
ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
PLAIN = {"Content-Type": "application/activity+json", "Date": "Tue, 09 Jun 2026 10:00:00 GMT"}


class Sink(asyncio.Protocol):
    """Answers 202 to everything."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._transport.write(ANSWER)  # type: ignore[attr-defined]  # a stream transport, by construction


def sink(pipe: Pipe) -> None:
    """Serve until killed; says its port first."""

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0, backlog=4096)
        pipe.send(server.sockets[0].getsockname()[1])
        await asyncio.Event().wait()

    uvloop.run(serve())


async def deliver(port: int, deliveries: int, each: int, key: rsa.RSAPrivateKey | None) -> tuple[float, float]:
    """Wall and CPU seconds for `deliveries`, `each` over one connection."""
    network, limits = LoopbackNetwork(Limits()), Limits()
    loop = asyncio.get_running_loop()
    waiting = iter(range(deliveries // each))

    def sign(name: str) -> Mapping[str, str]:
        digest = base64.b64encode(hashlib.sha256(BODY).digest()).decode()
        text = f"(request-target): post /inbox\nhost: {name}\ndate: {PLAIN['Date']}\ndigest: SHA-256={digest}"
        assert key is not None
        signature = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())).decode()
        proof = f'keyId="https://a.example/actor#main-key",algorithm="rsa-sha256",signature="{signature}"'
        return PLAIN | {"Digest": f"SHA-256={digest}", "Signature": proof}

    async def run() -> None:
        for number in waiting:
            authority = f"h{number}.localhost:{port}"
            lane = Lane(network, authority, user_agent="bench", limits=limits)
            for _ in range(each):
                headers = PLAIN if key is None else await loop.run_in_executor(threads, sign, authority)
                response = await lane.post(f"http://{authority}/inbox", BODY, headers)
                assert response.status == 202
            lane.close()

    with ThreadPoolExecutor(2) as threads:
        wall, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(run() for _ in range(AT_ONCE)))
        return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print the table."""
    deliveries = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sink, args=(theirs,), daemon=True)
    process.start()
    try:
        port = ours.recv()
        key = rsa.generate_private_key(65_537, 2_048)
        print(f"{'':24}{'per s':>10}{'CPU ms each':>14}")
        for name, each, signing in (
            ("kept", 10, None),
            ("new", 1, None),
            ("kept, RSA", 10, key),
            ("new, RSA", 1, key),
        ):
            for _ in range(2):
                wall, cpu = uvloop.run(deliver(port, deliveries, each, signing))
            print(f"{name:24}{deliveries / wall:10.0f}{cpu / deliveries * 1000:14.3f}")
    finally:
        process.kill()


if __name__ == "__main__":
    main()
