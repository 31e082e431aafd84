"""The inboxes, shared and personal: read the bytes, hand them down, say what came of it."""

from __future__ import annotations

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from fediverse.signatures import SignedRequest
from web.documents.answers import path_iri, refusal, response
from web.house import House

_INBOX = "/inbox"


async def post_inbox(request: Request) -> Response:
    """Take an activity. 202 means that it is saved; every other status that nothing was."""
    house: House = request.app.state.house
    limit = house.limits.body_bytes
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                return response(
                    refusal(413, "body-too-large", limit=limit), public=False, headers={"connection": "close"}
                )
    except ClientDisconnect:
        return Response(status_code=400)
    signed = signed_request(request, bytes(body))
    iri = path_iri(request)
    owner = None if iri == house.origin + _INBOX else iri.removesuffix(_INBOX)
    answer = await house.receiver.accept(signed, inbox_actor=owner)
    if answer.status == 202:
        return Response(status_code=202)
    return response(refusal(answer.status, answer.code), public=False, headers=dict(answer.headers))


async def wrong_method(request: Request) -> Response:
    """An inbox is for posting; reading one's own comes with the client side of ActivityPub, which we do not speak."""
    return response(refusal(405, "post-only"), public=False, headers={"allow": "POST"})


def signed_request(request: Request, body: bytes) -> SignedRequest:
    """The request as its sender signed it: raw target, headers with repeats, our own origin."""
    scope = request.scope
    target: bytes = scope.get("raw_path") or scope["path"].encode()
    if scope["query_string"]:
        target = target.split(b"?", 1)[0] + b"?" + scope["query_string"]
    house: House = request.app.state.house
    return SignedRequest(
        method=request.method,
        target=target.decode("latin-1"),
        headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]),
        body=body,
        origin=house.origin,
    )
