"""What belongs to one of the cast, or is spent already: for the rows of the table of rules that are about a state.

Names of facts: `mia_…` is hers alone; `spent_…` opened something once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors import alerts, answering, people
from actors.answering import AnswerDraft
from actors.groups import Person
from actors.offers import Offer
from actors.people import SignInSession, Vault, registration
from actors.people.identities import Identity
from actors.people.notices import Notification
from actors.people.passkeys import Passkey
from actors.people.registration import JoinDraft
from actors.search import Asked
from actors.views import Viewer
from outbox import leaving, mail, notices
from outbox.mail import Mail
from outbox.sign_in import CHANGE_ADDRESS
from tests.world import NOW, ORIGIN
from web.mail.unsubscribe import unsubscribe_path
from web.renewal import renew_path

COPY_FILE = "mia-copy.zip"
DAY = timedelta(days=1)


def lay_out(session: Session, vault: Vault, cast: Mapping[str, int], *, admin_id: int, now: datetime) -> dict[str, str]:
    """Make them; names and what stands for them in addresses and forms."""
    mia = cast["Mia"]
    facts = {
        "mia_copy": _copy(session, vault, mia),
        "spent_copy": _copy(session, vault, cast["Ada"], spent=True),
        "mia_address": _token(session, mia, CHANGE_ADDRESS, {"email": "mia@new.example"}),
        "spent_token": _token(session, mia, people.SIGN_IN, {}),
        "late_token": _token(session, mia, people.SIGN_IN, {}, at=NOW - 2 * DAY),
        **_answered(session, vault, mia),
        "unsubscribe": unsubscribe_path(vault, mia, "digest").rpartition("/")[2],
    }
    people.redeem(session, facts["spent_token"], people.SIGN_IN, now=now)

    def invite(**changes: object) -> registration.InvitationLine:
        return registration.invite(session, member_id=admin_id, **({"uses": 5, "ends_at": None, "now": now} | changes))  # type: ignore[arg-type]

    def fill_in(name: str, token: str) -> str:
        draft = JoinDraft(name=name, email=f"{name.lower()}@new.example", language="en", agrees=True, invitation=token)
        return registration.ask(session, draft, now=now)

    open_one, once, ended = invite(), invite(uses=1), invite()
    registration.end_invitation(session, ended.id, now=now)
    facts |= {"site_invitation": open_one.token, "invitation_number": str(open_one.id), "ended_invitation": ended.token}
    facts |= {"used_invitation": once.token, "joining": fill_in("Nele", open_one.token)}
    facts["spent_joining"] = fill_in("Zita", once.token)
    registration.confirm(session, facts["spent_joining"], now=now)

    waits = people.create_member(session, name="Wanda", email="wanda@new.example", language="nl")
    waits.state, waits.asked_at = "waiting", now
    linked = Identity(
        kind="oidc", issuer="https://id.example", subject="mia", handle="mia@id.example", member_id=mia, created_at=now
    )
    key = Passkey(member_id=mia, credential_id=b"mia's key", public_key=b"public", name="Mia's phone", created_at=now)
    session.add_all([linked, key])
    session.flush()
    facts |= {"wanda": str(waits.id), "mia_identity": str(linked.id), "mia_passkey": str(key.id)}

    notices.tell(
        session, mia, "join-approved", about_iri=f"{ORIGIN}/g/approval", facts={"group": "A"}, now=now, key="m"
    )
    saved = alerts.save(
        session,
        Viewer(mia),
        Asked(words="stukadoor"),
        query="q=stukadoor",
        title="stukadoor",
        language="en",
        rhythm="weekly",
        now=now,
    )
    facts["mia_alert"] = str(saved.id)
    facts["mia_notice"] = str(session.scalars(select(Notification.id).where(Notification.key == "m")).one())
    facts["mia_session"] = str(session.scalars(select(SignInSession.id).where(SignInSession.member_id == mia)).one())
    for name, state in (("failed_mail", "failed"), ("sent_mail", "sent")):
        mail.queue(session, to=f"{state}@mail.example", kind="test", facts={}, language="en", now=now, key=name)
        row = session.scalars(select(Mail).where(Mail.key == name)).one()
        row.state = state
        facts[name] = str(row.id)
    session.flush()
    return facts


def _answered(session: Session, vault: Vault, mia: int) -> dict[str, str]:
    """Mia has answered a need, whose author may renew it."""
    need = session.scalars(select(Offer).where(Offer.local, Offer.status == "open").order_by(Offer.id)).first()
    assert need is not None
    assert need.expires_at is not None
    answer = answering.say(session, need, AnswerDraft(text="I could."), by=Person(mia), now=NOW)
    renewal = renew_path(vault, f"{need.id}.{int(need.expires_at.timestamp())}").rpartition("/")[2]
    return {"mia_answer": str(answer.id), "renewal": renewal}


def _token(session: Session, member_id: int, purpose: str, facts: dict[str, str], at: datetime = NOW) -> str:
    return people.issue_token(session, member_id, purpose, now=at, valid_for=DAY, facts=facts)


def _copy(session: Session, vault: Vault, member_id: int, *, spent: bool = False) -> str:
    number = leaving.ask_for_copy(session, member_id, now=NOW)
    leaving.ready(session, number, COPY_FILE, vault=vault, origin=ORIGIN, now=NOW)
    row = session.scalars(select(Mail).where(Mail.key == f"copy-ready:{number}")).one()
    token = str(mail.opened(vault, row.facts or {})["link"]).rpartition("/")[2]
    if spent:
        leaving.fetch_copy(session, member_id, token, now=NOW)
    return token
