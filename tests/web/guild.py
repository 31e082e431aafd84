"""A group and those who come to its door: Otto organises it, Mia and Alice (of another server) want to take part."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from actors import groups, people
from actors.groups import GroupDraft, Membership, Person, Question
from actors.people import Actor, Vault
from actors.people.notices import Notification
from outbox import groups as orders
from outbox.mail import Mail
from tests.asgi import Browser
from tests.web.hamlet import Hamlet, make_hamlet
from tests.world import ORIGIN, SECRET, prepared_keys
from web.forms import form_token
from web.i18n import LANGUAGE_COOKIE


@dataclass
class Guild:
    """The house, and who is who; `iri` is the group's, `path` where its page is."""

    hamlet: Hamlet
    otto: int
    mia: int
    group_id: int

    iri = f"{ORIGIN}/g/guild"
    path = "/g/guild"

    @property
    def db(self) -> Any:
        return self.hamlet.db

    @property
    def organiser(self) -> Person:
        return Person(self.otto)

    def read(self, fn: Any, *args: Any, **more: Any) -> Any:
        return self.db.read_now(fn, *args, **more)

    def write(self, fn: Any, *args: Any, **more: Any) -> Any:
        return self.db.write_now(fn, *args, **more)

    def rule(self, **rules: Any) -> None:
        """Change the group's own rules."""

        def change(session: Any) -> None:
            row = session.get_one(groups.Group, self.group_id)
            for name, value in rules.items():
                setattr(row, name, value)

        self.write(change)

    def ask_these(self, *questions: str) -> list[int]:
        """Let the group ask these; the ids of the questions. One that ends with «!» must be answered."""
        asked = [Question({"en": each}, each.endswith("!")) for each in questions]
        self.write(lambda session: groups.set_questions(session, self.group_id, asked))
        return [each.id for each in self.read(groups.questions_of, self.group_id)]

    def takes_part(self, name: str, role: str = "member", **profile: Any) -> int:
        """A new member of the instance who takes part; their id."""
        made = self.hamlet.member(name, **profile)

        def add(session: Any) -> None:
            group = session.get_one(Actor, self.group_id)
            groups.add_member(session, group, member_id=made.id, role=role, now=self.hamlet.now)

        self.write(add)
        return int(made.id)

    def alice(self) -> Browser:
        """Alice signs in with her account on Mastodon."""
        secret = self.write(
            people.open_session_for, actor_id=self.hamlet.world.alice.id, device="Test", now=self.hamlet.now
        )
        self.hamlet.browser = Browser(
            self.hamlet.application, ORIGIN, {"__Host-session": secret, LANGUAGE_COOKIE: "en"}
        )
        self.hamlet.token = form_token(secret)
        return self.hamlet.browser

    def asks(self, person: Person, **more: Any) -> int:
        """Somebody asks to take part; the id of the request."""
        self.write(orders.ask, self.iri, person, now=self.hamlet.now, **more)
        return int(self.membership(person).id)

    def membership(self, person: Person) -> Membership:
        found = self.read(groups.membership_for, self.group_id, person)
        assert found is not None
        return found

    def role(self, person: Person) -> str | None:
        return self.read(groups.role_of, self.group_id, person)

    def invitation(self, by: int | None = None, **more: Any) -> str:
        """The token of a new link."""
        given = {"days": 7, "most_uses": None, "by": Person(by or self.otto), "now": self.hamlet.now} | more
        return str(self.write(orders.invite, self.iri, **given))

    def told(self, member_id: int) -> list[tuple[str, dict[str, Any]]]:
        """What the member was told, in order."""
        query = select(Notification).where(Notification.member_id == member_id).order_by(Notification.id)
        return self.read(lambda session: [(row.kind, row.facts) for row in session.scalars(query)])

    def mails(self, channel: str = "mail") -> list[tuple[str, str, dict[str, Any]]]:
        """Recipient, language and facts of all that waits in the log."""
        query = select(Mail).where(Mail.channel == channel).order_by(Mail.id)
        return self.read(lambda session: [(row.recipient, row.language, row.facts) for row in session.scalars(query)])


def make_guild(db: Any, folder: Any, **rules: Any) -> Guild:
    """The house over `db`, with the group «guild», which asks first unless `rules` say otherwise."""
    hamlet = make_hamlet(db, folder)
    otto, mia = hamlet.member("Otto").id, hamlet.member("Mia").id
    draft = GroupDraft(**({"username": "guild", "name": "Guild", "language": "en", "joining": "approval"} | rules))
    made = db.write_now(
        groups.found, Vault(SECRET), draft, origin=ORIGIN, member_id=otto, keys=prepared_keys(7), now=hamlet.now
    )
    return Guild(hamlet, otto, mia, made.id)
