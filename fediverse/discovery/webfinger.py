"""WebFinger: from a handle to an actor, and what ours answers.

What WebFinger says is a hint: the actor found must be fetched by its id, and its own handle must lead back to it.

Sources: RFC 7033 (WebFinger), RFC 6415 (host-meta), FEP-3b86 (intents), FEP-d556 (the server's own actor).
"""

import re
from collections.abc import Sequence
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from fediverse.discovery.handles import Handle, parse_handle
from fediverse.documents import JSON, parse
from fediverse.errors import Declined, FediverseError, ForbiddenAddress, Gone, Malformed
from fediverse.fetch.budget import Budget
from fediverse.fetch.fetcher import ACTIVITY_JSON, Fetcher, is_activity_json
from fediverse.hosts import parse_iri

JRD = "application/jrd+json"
XRD = "application/xrd+xml"
PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
SUBSCRIBE = "http://ostatus.org/schema/1.0/subscribe"
INTENT = "https://w3id.org/fep/3b86/"
SERVICE = "https://www.w3.org/ns/activitystreams#Service"

_LINK = re.compile(r"<Link\b([^<>]{0,1024})>")
_ATTRIBUTE = re.compile(r"\b(rel|template)=(?:\"([^\"<>]*)\"|'([^'<>]*)')")
_HOST_META_BYTES = 8_192


async def find(fetcher: Fetcher, handle: str, *, budget: Budget | None = None) -> str:
    """The IRI of the actor who is called `handle`.

    The server is asked by WebFinger; where it answers 404, host-meta may say where its WebFinger is. If the answer is
    about another host than was asked (a server whose handles live elsewhere), that host is asked as well and must
    give the same actor: nobody can claim a handle of a host that does not agree.

    Raises:
        Malformed: "bad-handle", "bad-webfinger", "no-actor-link".
        Declined, Gone, Unreachable, ForbiddenAddress: see `Fetcher.get`.
    """
    limits = fetcher.limits
    asked = parse_handle(handle, limits, loopback=fetcher.on_loopback)
    subject, actor_iri = await _webfinger(fetcher, asked, budget)
    if subject.authority != asked.authority:
        confirmed, confirmed_iri = await _webfinger(fetcher, subject, budget)
        if not confirmed.same_as(subject) or confirmed_iri != actor_iri:
            raise Malformed("bad-webfinger", handle=str(asked), why="the other host does not agree")
    elif not subject.same_as(asked):
        raise Malformed("bad-webfinger", handle=str(asked), why="the answer is about somebody else")
    return actor_iri


async def loops_back(fetcher: Fetcher, handle: str, actor_iri: str, *, budget: Budget | None = None) -> bool:
    """Whether `handle` leads to `actor_iri`: what an actor calls itself is true only if its server says so too.

    Raises:
        Unreachable: nobody could be asked; it may be true.
    """
    try:
        return await find(fetcher, handle, budget=budget) == actor_iri
    except (Declined, Malformed, ForbiddenAddress):
        return False


async def _webfinger(fetcher: Fetcher, handle: Handle, budget: Budget | None) -> tuple[Handle, str]:
    origin = f"{fetcher.scheme}://{handle.authority}"
    resource = quote(handle.acct, safe="@:")
    try:
        answer = await fetcher.get(
            f"{origin}/.well-known/webfinger?resource={resource}", f"{JRD}, application/json", budget=budget
        )
    except Gone:
        raise
    except Declined as error:
        template = await _lrdd_template(fetcher, origin, budget) if error.status == 404 else None
        if template is None:
            raise
        answer = await fetcher.get(template.replace("{uri}", resource), f"{JRD}, application/json", budget=budget)
    return _read_jrd(parse(answer.body, fetcher.limits), handle, fetcher)


def _read_jrd(document: dict[str, JSON], asked: Handle, fetcher: Fetcher) -> tuple[Handle, str]:
    subject = document.get("subject")
    links = document.get("links")
    if not isinstance(subject, str) or not isinstance(links, list):
        raise Malformed("bad-webfinger", handle=str(asked))
    if len(links) > fetcher.limits.jrd_links:
        raise Malformed("too-many-links", handle=str(asked), limit=fetcher.limits.jrd_links)
    for link in links:
        if not isinstance(link, dict) or link.get("rel") != "self":
            continue
        media_type, href = link.get("type"), link.get("href")
        if isinstance(media_type, str) and isinstance(href, str) and is_activity_json(media_type):
            parse_iri(href, fetcher.limits)
            return parse_handle(subject, fetcher.limits, loopback=fetcher.on_loopback), href
    raise Malformed("no-actor-link", handle=str(asked))


async def _lrdd_template(fetcher: Fetcher, origin: str, budget: Budget | None) -> str | None:
    """Where host-meta says that WebFinger is; None if it does not say. No XML parser: two attributes are enough."""
    try:
        answer = await fetcher.get(f"{origin}/.well-known/host-meta", XRD, budget=budget)
    except FediverseError:
        return None
    for tag in _LINK.findall(answer.body[:_HOST_META_BYTES].decode("utf-8", "replace")):
        attributes: dict[str, str] = {name: double or single for name, double, single in _ATTRIBUTE.findall(tag)}
        template = attributes.get("template", "").replace("&amp;", "&")
        # Back to where we came from would be 404 again.
        if (
            attributes.get("rel") == "lrdd"
            and "{uri}" in template
            and not template.startswith(f"{origin}/.well-known/webfinger?")
        ):
            return template
    return None


def webfinger_document(
    *, origin: str, acct: str, actor_iri: str, page_url: str | None = None, aliases: Sequence[str] = ()
) -> dict[str, JSON]:
    """What WebFinger says about one of our actors (send it as `JRD`).

    Args:
        origin: ours.
        acct: `name@authority`, canonical.
        actor_iri: its id, byte for byte.
        page_url: for people; the id by default.
        aliases: other addresses of the same actor.
    """
    links: list[JSON] = [
        {"rel": "self", "type": ACTIVITY_JSON, "href": actor_iri},
        {"rel": PROFILE_PAGE, "type": "text/html", "href": page_url or actor_iri},
        {"rel": SUBSCRIBE, "template": f"{origin}/authorize_interaction?uri={{uri}}"},
        {"rel": f"{INTENT}Follow", "template": f"{origin}/authorize_interaction?uri={{object}}"},
        {"rel": f"{INTENT}Object", "template": f"{origin}/authorize_interaction?uri={{object}}"},
    ]
    others: list[JSON] = list(dict.fromkeys([actor_iri, *([page_url] if page_url else []), *aliases]))
    return {"subject": f"acct:{acct}", "aliases": others, "links": links}


def server_webfinger_document(*, origin: str, instance_actor_iri: str) -> dict[str, JSON]:
    """What WebFinger says about our server itself, asked for `https://host/` (FEP-d556)."""
    links: list[JSON] = [
        {"rel": SERVICE, "type": ACTIVITY_JSON, "href": instance_actor_iri},
        {"rel": "self", "type": ACTIVITY_JSON, "href": instance_actor_iri},
    ]
    return {"subject": f"{origin}/", "aliases": [instance_actor_iri], "links": links}


def host_meta_document(origin: str) -> str:
    """Our host-meta, as XML (send it as `XRD`)."""
    template = quoteattr(f"{origin}/.well-known/webfinger?resource={{uri}}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{JRD}" template={template}/>\n'
        "</XRD>\n"
    )
