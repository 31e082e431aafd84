"""What the protocol costs in CPU for one activity: a Mastodon Create of about 3 KB, signed with RSA.

    python -m tests.bench.protocol

Prints, asserts nothing. Process time of this process alone, best and median of seven rounds.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime

from fediverse.documents import dump, parse
from fediverse.html import clean
from fediverse.jsonld import normalise, readable
from fediverse.keys import PublicKey, SigningKey, make_ed25519, make_rsa
from fediverse.limits import Limits
from fediverse.proofs import add_proof, verify_proof
from fediverse.signatures import Scheme, SignedRequest, examine, sign
from fediverse.vocabulary import read, write
from tests.fediverse.samples import SAMPLES

ACTOR = "https://mastodon.example/users/alice"
ORIGIN = "https://coop.example"


def cost(work: Callable[[], object], times: int = 500) -> tuple[float, float]:
    """Microseconds of CPU a call: (best, median) of seven rounds."""
    rounds = []
    for _ in range(7):
        began = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - began) / times * 1e6)
    return min(rounds), statistics.median(rounds)


def main() -> None:
    """Print the table."""
    limits, now = Limits(), datetime.now(UTC)
    document = parse(SAMPLES["mastodon/create-note"], limits)
    body = dump(document)
    thing = read(document, limits)
    key = SigningKey(f"{ACTOR}#main-key", ACTOR, make_rsa())
    ed25519 = SigningKey(f"{ACTOR}#ed25519-key", ACTOR, make_ed25519())
    public, other = (PublicKey(each.key_iri, ACTOR, each.private.public_key()) for each in (key, ed25519))
    requests = {
        scheme: SignedRequest(
            "POST", "/inbox", tuple(sign("POST", f"{ORIGIN}/inbox", body, key, scheme, now=now).items()), body, ORIGIN
        )
        for scheme in Scheme
    }
    claim = examine(requests[Scheme.CAVAGE], now=now)
    proved = add_proof(document, ed25519, now)

    def whole() -> None:
        read(readable(parse(body, limits)), limits)
        examine(requests[Scheme.CAVAGE], now=now).verify(public)

    print(f"{len(body)} bytes{'best µs':>28}{'median µs':>12}")
    for name, work, times in (
        ("parse", lambda: parse(body, limits), 500),
        ("readable", lambda: readable(document), 500),
        ("read", lambda: read(document, limits), 500),
        ("examine, cavage", lambda: examine(requests[Scheme.CAVAGE], now=now), 500),
        ("examine, RFC 9421", lambda: examine(requests[Scheme.RFC9421], now=now), 500),
        ("verify RSA", lambda: claim.verify(public), 500),
        ("all of these, cavage", whole, 500),
        ("write", lambda: write(thing), 500),
        ("clean", lambda: clean(str(SAMPLES["mastodon/create-note"][:1_000]), limits), 500),
        ("sign RSA", lambda: sign("POST", f"{ORIGIN}/inbox", body, key, Scheme.CAVAGE, now=now), 100),
        ("add proof", lambda: add_proof(document, ed25519, now), 100),
        ("verify proof", lambda: verify_proof(proved, other, now=now), 100),
        ("normalise by JSON-LD", lambda: normalise(document), 20),
    ):
        best, median = cost(work, times)
        print(f"{name:24}{best:12.1f}{median:12.1f}")


if __name__ == "__main__":
    main()
