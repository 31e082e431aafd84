"""Reports from other servers.

A Flag usually comes from an instance actor, so that nobody learns who complained; never expect a person.

Source: interop.md §5 and §7.10.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from actors import moderation
from actors.refusals import Refused
from fediverse.vocabulary import id_of
from inbox.heard import Heard


def flag(session: Session, heard: Heard) -> str | None:
    """Somebody reports something of ours: kept for the moderators, whatever form the objects came in."""
    iris = [iri for iri in map(id_of, heard.activity.objects) if iri]
    if not any(heard.is_ours(iri) for iri in iris):
        raise Refused("not-about-ours")
    moderation.record_report(
        session,
        object_iris=iris,
        content=heard.activity.content or heard.activity.summary or "",
        now=heard.now,
        iri=heard.activity.id,
        reporter=heard.sender,
    )
    return None
