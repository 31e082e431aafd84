"""WebFinger, host-meta and NodeInfo: how others find who lives here.

Source: RFC 7033, RFC 6415; NodeInfo 2.0 and 2.1 with FEP-2677 (instance actor link); FEP-d556 (asked for the
server itself); FEP-f1d5 (NodeInfo in the fediverse).
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from actors import people, site
from fediverse.discovery import (
    XRD,
    host_meta_document,
    nodeinfo_document,
    nodeinfo_links,
    nodeinfo_media_type,
    parse_handle,
    server_webfinger_document,
    webfinger_document,
)
from fediverse.documents import dump
from fediverse.errors import Malformed
from fediverse.hosts import authority_of, is_loopback_name, parse_iri
from outbox import published
from web import __version__
from web.documents.answers import JRD_TYPE, JSON_TYPE, refusal, response
from web.house import House
from web.shelf import Answer

RELAY = "relay"


async def webfinger(request: Request) -> Response:
    """`/.well-known/webfinger?resource=`: a handle of ours, or the IRI of one of our actors."""
    house: House = request.app.state.house
    resource = request.query_params.get("resource", "")
    if not resource:
        return response(refusal(400, "no-resource"), public=False)
    answer = await house.shelf.get("webfinger " + resource, lambda: _webfinger(house, resource))
    return response(answer)


async def _webfinger(house: House, resource: str) -> Answer:
    origin, instance_iri = house.origin, f"{house.origin}/actor"
    if resource.rstrip("/") == origin:
        document = server_webfinger_document(origin=origin, instance_actor_iri=instance_iri)
        return Answer(200, JRD_TYPE, dump(document))
    if resource.startswith(("https://", "http://")):
        named = await house.db.read(people.named_by_iri, resource)
    else:
        authority = authority_of(origin)
        own_host = parse_iri(origin).host
        loopback = is_loopback_name(own_host)
        try:
            handle = parse_handle(resource, house.limits, loopback=loopback)
        except Malformed as error:
            return refusal(400, error.code)
        if handle.authority != authority:
            return refusal(404, "not-found")
        user = handle.user.lower()
        # Mobilizon looks for relay@host when it finds no link in NodeInfo.
        if user in (RELAY, own_host):
            named = await house.db.read(people.named_by_iri, instance_iri)
        else:
            named = await house.db.read(people.named_locally, user)
    if named is None:
        return refusal(404, "not-found")
    if named.gone:
        return refusal(410, "gone")
    document = webfinger_document(origin=origin, acct=named.acct, actor_iri=named.iri, page_url=named.url)
    return Answer(200, JRD_TYPE, dump(document))


async def host_meta(request: Request) -> Response:
    """`/.well-known/host-meta`: where WebFinger is."""
    house: House = request.app.state.house
    return response(Answer(200, f"{XRD}; charset=utf-8", host_meta_document(house.origin).encode()))


async def nodeinfo_index(request: Request) -> Response:
    """`/.well-known/nodeinfo`: where NodeInfo is, and the instance actor."""
    house: House = request.app.state.house
    document = nodeinfo_links(origin=house.origin, instance_actor_iri=f"{house.origin}/actor")
    return response(Answer(200, JSON_TYPE, dump(document)))


async def nodeinfo(request: Request) -> Response:
    """NodeInfo in the version of the path."""
    house: House = request.app.state.house
    version = request.scope["path"].rpartition("/")[2]
    return response(await house.shelf.get(f"nodeinfo {version}", lambda: _nodeinfo(house, version)))


async def _nodeinfo(house: House, version: str) -> Answer:
    figures, population = await house.db.read(published.figures)
    chosen = await house.db.read(site.choices)
    known = [str(code) for code in house.settings.languages]
    offered = [code for code in chosen.languages if code in known]
    document = nodeinfo_document(
        version,
        software_version=__version__,
        open_registrations=chosen.registration == site.OPEN,
        members=population.members,
        active_month=population.active_month,
        active_half_year=population.active_half_year,
        posts=figures.open_needs + figures.open_offers + figures.coming_events,
        metadata={
            "nodeName": await house.db.read(published.instance_name),
            "languages": [*(offered or known)],
            "features": ["groups", "projects", "offers", "needs", "events"],
            "groups": figures.groups,
            "projects": figures.projects,
        },
    )
    return Answer(200, nodeinfo_media_type(version), dump(document))
