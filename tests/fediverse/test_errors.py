"""The kinds of errors say what to do."""

from fediverse.errors import (
    Declined,
    FediverseError,
    ForbiddenAddress,
    Gone,
    Malformed,
    Unauthorised,
    Unproven,
    Unreachable,
)


def test_only_waiting_for_the_unreachable_helps():
    kinds = [Unreachable, Declined, Gone, ForbiddenAddress, Malformed, Unproven, Unauthorised]
    assert [kind for kind in kinds if kind.waiting_helps] == [Unreachable]
    assert all(issubclass(kind, FediverseError) for kind in kinds)
    assert issubclass(Gone, Declined)


def test_an_error_is_a_code_with_facts():
    error = Malformed("body-too-large", limit=10)
    assert (error.code, error.facts, str(error)) == ("body-too-large", {"limit": 10}, "body-too-large limit=10")
    silence = Unreachable("server-error", status=503, retry_after_s=30.0)
    assert (silence.status, silence.retry_after_s, silence.facts["status"]) == (503, 30.0, 503)
    assert (Declined(status=403).status, Gone().status) == (403, 410)
