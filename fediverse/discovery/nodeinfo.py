"""NodeInfo: what a server is, ours written and theirs read.

Sources: NodeInfo 2.0 and 2.1, FEP-2677 (the instance actor in NodeInfo), FEP-844e (capabilities); S3 of the security
contract (a `data:` link was once followed, CVE-2026-62857).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fediverse.documents import JSON, parse
from fediverse.errors import Malformed
from fediverse.fetch.budget import Budget
from fediverse.fetch.fetcher import Fetcher
from fediverse.hosts import Iri, parse_iri
from fediverse.limits import Limits

APPLICATION = "https://www.w3.org/ns/activitystreams#Application"
NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/"
NODEINFO_VERSIONS = ("2.1", "2.0")


def nodeinfo_links(*, origin: str, instance_actor_iri: str) -> dict[str, JSON]:
    """Our `/.well-known/nodeinfo`: both versions, and the instance actor (FEP-2677)."""
    links: list[JSON] = [
        {"rel": f"{NODEINFO}{version}", "href": f"{origin}/nodeinfo/{version}"} for version in NODEINFO_VERSIONS
    ]
    links.append({"rel": APPLICATION, "href": instance_actor_iri})
    return {"links": links}


def nodeinfo_media_type(version: str) -> str:
    """The Content-Type of our NodeInfo document of `version`."""
    return f'application/json; profile="{NODEINFO}{version}#"; charset=utf-8'


def nodeinfo_document(
    version: str,
    *,
    software_version: str,
    open_registrations: bool,
    members: int,
    active_month: int,
    active_half_year: int,
    posts: int,
    metadata: Mapping[str, JSON],
    repository: str | None = None,
    homepage: str | None = None,
) -> dict[str, JSON]:
    """Our NodeInfo document.

    Args:
        version: "2.0" or "2.1".
        software_version: of the program.
        open_registrations: whether anybody may become a member here.
        members: local ones.
        active_month: of these, who did something within 30 days.
        active_half_year: within 180 days.
        posts: local ones.
        metadata: name of the node, languages, and what we can do, for whoever reads it.
        repository: where the program's source is; only 2.1 has room for it.
        homepage: of the program; only 2.1 has room for it.

    Raises:
        Malformed: "no-such-nodeinfo".
    """
    if version not in NODEINFO_VERSIONS:
        raise Malformed("no-such-nodeinfo", version=version[:20])
    software: dict[str, JSON] = {"name": "knooppunt", "version": software_version}
    if version != "2.0":
        software |= {name: url for name, url in (("repository", repository), ("homepage", homepage)) if url}
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": open_registrations,
        "usage": {
            "users": {"total": members, "activeMonth": active_month, "activeHalfyear": active_half_year},
            "localPosts": posts,
        },
        "metadata": dict(metadata),
    }


@dataclass(frozen=True, slots=True)
class NodeInfo:
    """What another server says that it is.

    Attributes:
        software: lower case, such as "mastodon"; "" if it does not say.
        version: of the software; "" if it does not say.
        protocols: such as "activitypub".
        instance_actor_iri: where FEP-2677 points, on the same origin; None if nowhere.
        metadata: theirs, as it is.
    """

    software: str
    version: str
    protocols: frozenset[str]
    instance_actor_iri: str | None
    metadata: Mapping[str, JSON] = field(default_factory=dict)


async def read_nodeinfo(fetcher: Fetcher, origin: str, *, budget: Budget | None = None) -> NodeInfo:
    """What the server at `origin` says that it is.

    Raises:
        Malformed: "bad-nodeinfo", "too-many-links".
        Declined, Gone, Unreachable, ForbiddenAddress: see `Fetcher.get`; a link elsewhere than http(s) is Malformed.
    """
    place = parse_iri(origin, fetcher.limits)
    answer = await fetcher.get(f"{place.origin}/.well-known/nodeinfo", "application/json", budget=budget)
    links = parse(answer.body, fetcher.limits).get("links")
    if not isinstance(links, list):
        raise Malformed("bad-nodeinfo", origin=place.origin)
    if len(links) > fetcher.limits.jrd_links:
        raise Malformed("too-many-links", origin=place.origin, limit=fetcher.limits.jrd_links)
    by_rel = {
        link["rel"]: link["href"]
        for link in links
        if isinstance(link, dict) and isinstance(link.get("rel"), str) and isinstance(link.get("href"), str)
    }
    href = next((by_rel[rel] for version in NODEINFO_VERSIONS if (rel := f"{NODEINFO}{version}") in by_rel), None)
    if not isinstance(href, str):
        raise Malformed("bad-nodeinfo", origin=place.origin)
    document = parse((await fetcher.get(href, "application/json", budget=budget)).body, fetcher.limits)
    return _read_nodeinfo(document, _on_origin(by_rel.get(APPLICATION), place, fetcher.limits), fetcher.limits)


def _read_nodeinfo(document: dict[str, JSON], instance_actor_iri: str | None, limits: Limits) -> NodeInfo:
    software, protocols = document.get("software"), document.get("protocols")
    metadata = document.get("metadata")
    name, version = (software.get("name"), software.get("version")) if isinstance(software, dict) else ("", "")
    return NodeInfo(
        software=name.lower()[: limits.username_chars] if isinstance(name, str) else "",
        version=version[: limits.username_chars] if isinstance(version, str) else "",
        protocols=frozenset(
            [word for word in protocols if isinstance(word, str)] if isinstance(protocols, list) else []
        ),
        instance_actor_iri=instance_actor_iri,
        metadata=metadata if isinstance(metadata, dict) else {},
    )


def _on_origin(href: JSON, place: Iri, limits: Limits) -> str | None:
    if not isinstance(href, str):
        return None
    try:
        return href if parse_iri(href, limits).origin == place.origin else None
    except Malformed:
        return None
