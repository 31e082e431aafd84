"""One question to an API: a form sent, or JSON asked for, with a token if need be; JSON comes back.

No redirect is followed: a token or a client secret must not be carried to a place that somebody else has named.

Sources: RFC 6750 (bearer tokens), RFC 6749 §5 (answers of a token endpoint); S3 of the security contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from fediverse.documents import JSON, parse
from fediverse.errors import Declined, Malformed
from fediverse.fetch.answers import failure_of
from fediverse.fetch.fetcher import Fetcher
from fediverse.fetch.messages import Response

FORM = "application/x-www-form-urlencoded"
_JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answered:
    """What an API answered.

    Attributes:
        status: 2xx or 4xx.
        json: the object in the body; empty where a refusal (4xx) has none.
    """

    status: int
    json: Mapping[str, JSON]

    @property
    def is_yes(self) -> bool:
        """Whether it is a success."""
        return self.status < 300

    def text(self, name: str) -> str:
        """The text at `name`, "" if there is none."""
        value = self.json.get(name)
        return value if isinstance(value, str) else ""


async def post_form(
    fetcher: Fetcher, url: str, fields: Mapping[str, str], *, token: str = "", basic: str = ""
) -> Answered:
    """Send `fields` as a form.

    Args:
        fetcher: how to ask.
        url: where.
        fields: what the form holds.
        token: a bearer token.
        basic: name and password of RFC 7617, in base64.

    Raises:
        Unreachable: no usable answer, or 5xx.
        ForbiddenAddress: the network forbids it, or the host is blocked.
        Malformed: "redirected", or a success that is no JSON object within the limits.
    """
    headers = {"Accept": _JSON_TYPE, "Content-Type": FORM} | _bearing(token)
    if basic:
        headers["Authorization"] = f"Basic {basic}"
    return _read(await fetcher.once("POST", url, headers, urlencode(fields).encode("ascii")), fetcher)


async def get_json(fetcher: Fetcher, url: str, *, token: str = "") -> Answered:
    """Ask for JSON. Raises: as `post_form`."""
    return _read(await fetcher.once("GET", url, {"Accept": _JSON_TYPE} | _bearing(token)), fetcher)


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _read(response: Response, fetcher: Fetcher) -> Answered:
    failure = failure_of(response, datetime.now(UTC))
    if isinstance(failure, Declined):
        try:
            return Answered(response.status, parse(response.body, fetcher.limits))
        except Malformed:
            return Answered(response.status, {})
    if isinstance(failure, Malformed):
        raise Malformed("redirected", iri=response.iri.text, status=response.status)
    if failure is not None:
        raise failure
    return Answered(response.status, parse(response.body, fetcher.limits))
