"""Row K5: what a signature must cover, and when it must have been made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fediverse.signatures import (
    Scheme,
    SignedRequest,
    sign,
)
from tests.fediverse.signatures.requests import (
    BODY,
    BOTH_SCHEMES,
    GOOD_9421,
    GOOD_PARAMETERS,
    NOW,
    ORIGIN,
    RSA,
    accepted,
    cavage,
    post,
    refusal,
    rfc9421,
    with_header,
    without_header,
)


def test_K5_a_request_without_a_signature_is_refused() -> None:
    assert refusal(without_header(post(), "signature")) == "unsigned"
    assert refusal(without_header(post(Scheme.RFC9421), "signature")) == "unsigned"


@pytest.mark.parametrize(
    "covered",
    [
        "date",
        "(request-target) host date",
        "(request-target) date digest",
        "(request-target) host digest",
        "host date digest",
        "digest",
    ],
)
def test_K5_a_right_signature_over_too_little_is_refused(covered: str) -> None:
    assert refusal(cavage(covered)) == "not-covered"


def test_K5_a_signature_that_does_not_say_what_it_covers_is_refused() -> None:
    request = cavage("(request-target) host date digest")
    header = dict(request.headers)["signature"].replace('headers="(request-target) host date digest",', "")
    assert refusal(with_header(request, "signature", header)) == "not-covered"


@pytest.mark.parametrize(
    "components",
    [
        '"@method"',
        '"@method" "@target-uri"',
        '"@target-uri" "content-digest"',
        '"@method" "@path" "content-digest"',
        '"@method" "@authority" "content-digest"',
        '"@method" "@authority" "@path" "content-digest"',
        "",
    ],
)
def test_K5_rfc9421_over_too_little_is_refused(components: str) -> None:
    assert refusal(rfc9421(components, GOOD_PARAMETERS, target="/inbox?x=1")) == "not-covered"


def test_K5_rfc9421_without_created_is_refused() -> None:
    assert refusal(rfc9421(GOOD_9421, f';keyid="{RSA.key_iri}"')) == "not-covered"
    assert refusal(rfc9421(GOOD_9421, f';created="soon";keyid="{RSA.key_iri}"')) == "not-covered"


@BOTH_SCHEMES
def test_K5_a_changed_body_is_refused(scheme: Scheme) -> None:
    assert refusal(replace(post(scheme), body=BODY + b" ")) == "digest-mismatch"


def test_K5_a_body_without_digest_is_refused() -> None:
    assert refusal(without_header(post(), "digest")) == "covered-header-missing"
    assert refusal(without_header(post(Scheme.RFC9421), "content-digest")) == "covered-header-missing"
    assert refusal(cavage("(request-target) host date digest", digest="MD5=abc")) == "no-digest"
    assert refusal(cavage("(request-target) host date digest", digest="SHA-256=a,SHA-256=b")) == "no-digest"


def test_K5_a_get_with_a_body_must_cover_it() -> None:
    headers = sign("GET", f"{ORIGIN}/inbox", None, RSA, Scheme.CAVAGE, now=NOW)
    assert refusal(SignedRequest("GET", "/inbox", tuple(headers.items()), BODY, ORIGIN)) == "not-covered"


@BOTH_SCHEMES
@pytest.mark.parametrize(
    ("ago", "code"),
    [
        (timedelta(hours=13), "signed-too-long-ago"),
        (timedelta(hours=12, seconds=1), "signed-too-long-ago"),
        (timedelta(hours=12), None),
        (-timedelta(hours=1), None),
        (-timedelta(hours=1, seconds=1), "signed-in-the-future"),
    ],
)
def test_K5_a_signature_is_good_for_twelve_hours_and_an_hour_ahead(
    scheme: Scheme, ago: timedelta, code: str | None
) -> None:
    request = post(scheme, now=NOW - ago)
    if code is None:
        assert accepted(request)
    else:
        assert refusal(request) == code


def test_K5_created_and_expires_are_held_to_the_same_window() -> None:
    covered = "(request-target) host (created) (expires) digest"
    assert refusal(cavage(covered, algorithm="hs2019", created="1780900000")) == "signed-too-long-ago"
    assert refusal(cavage(covered, algorithm="hs2019", created="1781999200")) == "signed-in-the-future"
    assert refusal(cavage(covered, algorithm="hs2019", expires="1780990000")) == "signature-expired"
    assert refusal(rfc9421(GOOD_9421, GOOD_PARAMETERS + ";expires=1780990000")) == "signature-expired"


def test_K5_created_with_rsa_sha256_is_refused_as_the_draft_says() -> None:
    assert refusal(cavage("(request-target) host (created) digest")) == "bad-signature-header"


@pytest.mark.parametrize("header", ["signature", "digest", "host", "date"])
def test_K5_a_deciding_header_that_comes_twice_is_refused(header: str) -> None:
    request = post()
    twice = replace(request, headers=(*request.headers, (header, dict(request.headers)[header])))
    assert refusal(twice) == "duplicate-header"


@pytest.mark.parametrize("header", ["signature", "signature-input", "content-digest", "host", "date"])
def test_K5_a_deciding_header_that_comes_twice_is_refused_in_rfc9421(header: str) -> None:
    request = post(Scheme.RFC9421)
    twice = replace(request, headers=((header, dict(request.headers)[header]), *request.headers))
    assert refusal(twice) == "duplicate-header"


@pytest.mark.parametrize(
    "date",
    ["", "yesterday", "2026-06-09T10:00:00Z", "Tue, 09 Jun 2026 10:00:00 +0200", "Tue, 31 Jun 2026 10:00:00 GMT",
     "Tue, 09 Jux 2026 10:00:00 GMT", "Tue, 09 Jun 99999 10:00:00 GMT"],
)  # fmt: skip
def test_K5_a_date_that_is_none_is_refused(date: str) -> None:
    assert refusal(cavage("(request-target) host date digest", date=date)) == "bad-date"


def test_a_second_line_smuggled_into_a_header_is_refused() -> None:
    request = cavage("(request-target) host date digest content-type")
    assert refusal(with_header(request, "content-type", "a\nhost: coop.example")) == "bad-header"
