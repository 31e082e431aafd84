"""The command line as an operator and a script use it, beside a running server, on the engine of the run."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from tests.walks.conftest import MakeInstance
from tests.walks.processes import ACTIVITY_JSON, STOPPED_WITHIN_S, Instance, ask, eventually, free_port, starter

pytestmark = pytest.mark.xdist_group("walk-commands")

REFUSED, MISUSED, UNUSABLE, ELSEWHERE, UNHEALTHY = 1, 2, 3, 4, 5
SECOND_START_S = 2.0
PATIENCE = 4
"""How much longer than promised things may take on a machine that does other things as well."""
NEXT_WEEK = (datetime.now(UTC) + timedelta(days=7)).replace(microsecond=0, tzinfo=None)


@pytest.fixture(scope="module")
def coop(make_instance: MakeInstance) -> Iterator[Instance]:
    instance = make_instance("coop", starter=starter("Coop", interior="members", crafts="members"))
    instance.serve()
    return instance


def words(instance: Instance, *line: str) -> str:
    """What a command that has to succeed says to people."""
    done = instance.run(*line)
    assert done.returncode == 0, f"{line}: {done.returncode} {done.stdout}{done.stderr}"
    assert done.stderr == ""
    return done.stdout


def test_what_an_operator_does_in_a_day_in_words(coop: Instance) -> None:
    said = words(coop, "group", "create", "baking", "--title", "Bakers", "--summary", "Bread.", "--lang", "en")
    assert said == f"Founded @baking@{coop.authority}: {coop.iri('baking')}\n"
    said = words(coop, "project", "create", "oven", "--title", "An oven", "--group", "baking")
    assert said == f"Founded @oven@{coop.authority}: {coop.iri('oven')}\n"

    head, *rows = words(coop, "group", "list").splitlines()
    assert head.split() == ["NAME", "KIND", "LEVEL", "REGION", "FOLLOWERS", "FOLLOWS", "WAITING", "TITLE"]
    assert [row.split()[0] for row in rows] == ["baking", "crafts", "interior", "oven"]
    assert all(row.index(row.split()[1]) == head.index("KIND") for row in rows), "columns stand under each other"

    said = words(coop, "group", "follow", "baking", coop.handle("crafts"))
    assert said.splitlines() == [f"baking now follows {coop.iri('crafts')}"]
    assert f"follows    {coop.iri('crafts')}" in words(coop, "group", "show", "baking")

    said = words(coop, "publish", "note", "--as", "baking", "--text", "Fresh bread.")
    assert re.fullmatch(
        rf"object    {coop.iri('baking')}/notes/\S+\nactivity  {coop.iri('baking')}/activities/\S+\n", said
    )

    said = words(coop, "member", "create", "--name", "Noor", "--role", "moderator")
    link = said.splitlines()[-1]
    assert link.startswith(f"{coop.origin}/sign-in/")
    assert ask(link, accept="text/html").status == 200
    assert "Noor" in words(coop, "member", "list")

    assert words(coop, "host", "list") == "All servers are open to us: no policy yet.\n"
    assert words(coop, "host", "block", "Spam.Example.", "--reason", "spam").startswith("spam.example ")
    assert "spam.example  blocked" in words(coop, "host", "list")
    assert words(coop, "host", "open", "spam.example").startswith("spam.example ")
    assert words(coop, "queue") == "Nothing waits: everything was delivered.\n"
    assert words(coop, "migrate").startswith("The tables are up to date")


def test_what_a_script_does_in_json(coop: Instance) -> None:
    texts = ("--as", "interior", "--lang", "nl", "--title", "Een titel", "--text", "Een tekst.")
    need = coop.do(
        *("publish", "need", *texts, "--locality", "Gent", "--quantity", "2", "--unit", "day", "--amount", "350"),
    )
    offer = coop.do("publish", "offer", *texts[:-1], "-", text="From **standard input**.")
    event = coop.do(
        *("publish", "event", *texts, "--place", "Coopcity", "--start", NEXT_WEEK.isoformat()),
        *("--end", (NEXT_WEEK + timedelta(hours=2)).isoformat(), "--seats", "12"),
    )
    for said in (need, offer, event):
        document = coop.document(said["iri"])
        assert document["id"] == said["iri"]
        assert coop.document(said["activity_iri"])["object"]["id"] == said["iri"]
    assert "<strong>standard input</strong>" in coop.document(offer["iri"])["content"]
    assert coop.document(need["iri"])["purpose"] == "request"

    assert coop.do("change", need["iri"], "--title", "Een andere titel")["iri"] == need["iri"]
    assert "Een andere titel" in coop.document(need["iri"])["content"]
    coop.do("close", need["iri"])
    assert coop.document(need["iri"])["finished"] is True
    coop.do("cancel", event["iri"])
    assert coop.document(event["iri"])["status"] == "CANCELLED"
    coop.do("delete", offer["iri"])
    assert ask(offer["iri"], accept=ACTIVITY_JSON).status == 410

    assert coop.do("host", "allow", "partner.example")["policy"] == "a partner"
    assert coop.do("host", "limit", "loud.example")["host"] == "loud.example"
    policies = {each["host"]: each["policy"] for each in coop.do("host", "list")}
    assert (policies["partner.example"], policies["loud.example"]) == ("partner", "limited")
    assert coop.do("host", "retry", "partner.example") == {"host": "partner.example", "resent": 0}


def test_doctor_finds_a_running_instance_in_order(coop: Instance) -> None:
    eventually(coop.is_quiet, what="nothing is left to do")

    findings = coop.do("doctor")["findings"]

    assert {each["verdict"] for each in findings} == {"ok"}, findings
    assert {"origin", "clock", "WebFinger", "keys", "database", "worker", "queue"} <= {
        each["what"] for each in findings
    }
    assert words(coop, "doctor").endswith("Everything is in order.\n")


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        (["group", "show", "nobody"], REFUSED, "There is no group «nobody» here."),
        (["group", "create", "interior", "--title", "T"], REFUSED, "The name «interior» is taken"),
        (["group", "create", "No Spaces", "--title", "T"], REFUSED, "«No Spaces» can't be a name"),
        (["publish", "note", "--as", "nobody", "--text", "x"], REFUSED, "There is no group «nobody» here."),
        (["publish", "note", "--as", "interior", "--text", " "], REFUSED, "It needs a text."),
        (["publish", "need", "--as", "interior", "--text", "x", "--title", "t", "--amount", "lots"], REFUSED, "«lots»"),
        (["delete", "https://elsewhere.example/1"], REFUSED, "There is no object"),
        (["member", "link", "999"], REFUSED, "There is no member «999» here."),
        (["publish", "note", "--as", "interior"], MISUSED, "Missing option '--text'"),
        (["publish", "event", "--as", "interior", "--title", "t", "--text", "x", "--start", "soon"], MISUSED, "soon"),
        (["change", "https://elsewhere.example/1"], MISUSED, "Give --title or --text."),
        (["host", "block", "not a host"], MISUSED, "«not a host» is no name of a server"),
        (["publish-all"], MISUSED, "No such command 'publish-all'"),
        (["group", "follow", "interior", "nobody"], ELSEWHERE, "That is no handle. Write @name@server."),
        (["group", "follow", "interior", "@x@social.example"], ELSEWHERE, "speaks with this machine only"),
        (["group", "follow", "interior", "@x@void.localhost:9"], ELSEWHERE, "Nobody answers at that server."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_by_an_exit_code(
    coop: Instance, line: list[str], code: int, sentence: str
) -> None:
    done = coop.run(*line)

    assert sentence in done.stderr
    assert (done.returncode, done.stdout) == (code, "")
    assert "Traceback" not in done.stderr


def test_a_refusal_is_json_for_whoever_asked_for_json(coop: Instance) -> None:
    done = coop.run("group", "show", "nobody", "--json")

    assert done.returncode == REFUSED
    assert json.loads(done.stdout) == {
        "ok": False,
        "error": "There is no group «nobody» here.",
        "code": "not-found",
        "facts": {"what": "group", "name": "nobody"},
    }


def test_settings_that_cannot_be_are_said_in_sentences(coop: Instance) -> None:
    for settings, sentence in (
        ({"PORT": "abc"}, "port: "),
        ({"ORIGIN": "http://coop.example"}, "origin: must begin with https://"),
        ({"SECRET_KEY": "short"}, "secret_key: 64 hexadecimal digits"),
        ({"DATABASE_URL": "mysql://x"}, "database_url: begins with postgresql:// or sqlite:///"),
    ):
        done = coop.run("serve", **settings)
        assert sentence in done.stderr
        assert (done.returncode, done.stdout) == (UNUSABLE, "")


def test_a_database_is_not_served_under_another_origin(coop: Instance) -> None:
    done = coop.run("serve", ORIGIN="http://other.localhost:1234", PORT=str(free_port()))

    assert done.returncode == UNUSABLE
    assert f"this database belongs to {coop.origin}, but the settings say http://other.localhost:1234" in done.stderr


def test_a_port_in_use_is_said_in_a_sentence(coop: Instance) -> None:
    done = coop.run("serve")

    assert done.returncode == UNUSABLE
    assert f"127.0.0.1:{coop.port} can't be listened on. Address already in use." in done.stderr


def test_many_commands_at_once_beside_a_running_server_all_succeed(coop: Instance) -> None:
    def publish(number: int) -> str:
        iri: str = coop.do("publish", "note", "--as", "crafts", "--text", f"Number {number}")["iri"]
        return iri

    with ThreadPoolExecutor(4) as pool:
        iris = list(pool.map(publish, range(8)))

    assert len(set(iris)) == 8
    outbox = coop.document(f"{coop.iri('crafts')}/outbox?page=1")
    listed = {each["object"]["id"] if isinstance(each, dict) else each for each in outbox["orderedItems"]}
    assert len(listed) >= 8
    for iri in iris:
        assert coop.document(iri)["id"] == iri


def test_a_server_stops_in_time_goes_on_where_it_was_and_survives_a_kill(make_instance: MakeInstance) -> None:
    # Given an instance that founded its groups and made its first sign-in link
    instance = make_instance("stays", starter=starter("Stays", interior="members"))
    process, said = instance.serve()
    assert said["founded"] == ["interior"]
    assert ask(said["sign_in_link"], accept="text/html").status == 200
    note = instance.do("publish", "note", "--as", "interior", "--text", "Still here.")

    # When it is asked to end, it ends in time and in good order
    code, seconds = process.stop()
    assert code == 0
    assert seconds < STOPPED_WITHIN_S

    # Then the second start does nothing again, and is quick; and so is the one after a power cut
    for stop in (process.kill, None):
        began = time.monotonic()
        process, said = instance.serve()
        assert said["founded"] == []
        assert said["seconds"] < SECOND_START_S * PATIENCE
        assert time.monotonic() - began < 2 * SECOND_START_S * PATIENCE
        assert instance.document(note["iri"])["id"] == note["iri"]
        if stop:
            process.kill()
    assert "Still here." in instance.page("/g/interior")


def test_a_worker_stops_in_time_too(make_instance: MakeInstance) -> None:
    instance = make_instance("works", starter=starter("Works", interior="members"))
    worker = instance.work()

    code, seconds = worker.stop()

    assert code == 0
    assert seconds < STOPPED_WITHIN_S


def test_the_queue_says_who_is_silent_since_when_and_why(coop: Instance, make_instance: MakeInstance) -> None:
    # Given a server whose group follows one of ours, and which then falls silent
    away = make_instance("away", starter=starter("Away", hears="members"))
    server, _ = away.serve()
    away.do("group", "follow", "hears", coop.handle("interior"))
    eventually(lambda: away.follows("hears", coop.iri("interior")), what="the follow is accepted")
    eventually(coop.is_quiet, what="everything said so far has arrived")
    server.kill()

    # When our group says something
    coop.do("publish", "need", "--as", "interior", "--lang", "en", "--title", "Is anybody there", "--text", "Hello?")

    # Then the queue names the server and the reason
    eventually(lambda: [each for each in coop.do("queue") if each["why"]], what="it was tried")
    (row,) = [each for each in coop.do("queue") if each["authority"] == away.authority]
    assert row["waiting"] == 1
    assert row["next_attempt_at"]
    said = words(coop, "queue")
    assert re.search(rf"^{re.escape(away.authority)} +1 +\d+ \w+ ", said, re.MULTILINE), said
    assert "no-connection" in said
    assert "1 activity waiting for 1 server" in words(coop, "doctor")

    # And once it is back and we are told to, it gets what it missed
    away.serve()
    words(coop, "host", "retry", away.authority)
    eventually(away.shows("Is anybody there"), what="what it missed has arrived")
    eventually(coop.is_quiet, what="nothing waits any more")
