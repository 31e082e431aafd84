"""Forms that come back: read with limits, checked by a model, shown again with what was typed if something is wrong."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Self, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from web.sentences import REFUSALS

FIELDS = 50
FIELD_BYTES = 102_400

Draft = TypeVar("Draft", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Filled(Generic[Draft]):
    """A form as it came back: `draft` if every field was right, else what was typed and what is wrong with it.

    Attributes:
        values: what was typed, by field; shown again.
        problems: a code of `REFUSALS` by field; the field «» is the whole form.
        chosen: what was ticked, by field; for the fields of the model that are lists.
        sent: somebody sent it; a form that is shown for the first time was not (`blank`).
    """

    values: Mapping[str, str]
    problems: Mapping[str, str]
    draft: Draft | None
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sent: bool = True

    def with_problem(self, name: str, code: str) -> Self:
        """The same form, sent back because a rule refused it; `name` is the field that it is about, or «»."""
        known = code if code in REFUSALS else "not-understood"
        return replace(self, problems={**self.problems, name: known}, draft=None)


def blank(
    values: Mapping[str, str] | None = None, chosen: Mapping[str, Sequence[str]] | None = None
) -> Filled[BaseModel]:
    """A form as it is shown first: with what is known already (a toggle that is on: «yes»)."""
    return Filled(values or {}, {}, None, chosen or {}, sent=False)


async def read_form(request: Request, model: type[Draft], *, fields: int = FIELDS) -> Filled[Draft]:
    """The form that was sent, checked by `model`; a validator refuses with a code of `REFUSALS` as its message type.

    Args:
        fields: at most so many; a form in several languages has more than others.

    Raises:
        HTTPException: 400 for what no form of ours sends; 403 without the session's token.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise HTTPException(400)
    async with request.form(max_files=0, max_fields=fields, max_part_size=FIELD_BYTES) as form:
        pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    values = dict(pairs)
    secret = request.state.session_secret
    if secret and values.pop("form_token", "") != form_token(secret):
        raise HTTPException(403)
    values.pop("form_token", None)
    chosen = {name: [v for n, v in pairs if n == name and v] for name in _lists(model)}
    typed = {name: value for name, value in values.items() if name not in chosen}
    try:
        return Filled(typed, {}, model.model_validate(typed | chosen), chosen)
    except ValidationError as error:
        problems: dict[str, str] = {}
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            field = str(problem["loc"][0]) if problem["loc"] else ""
            problems.setdefault(field, problem["type"] if problem["type"] in REFUSALS else "not-understood")
        return Filled(typed, problems, None, chosen)


def _lists(model: type[BaseModel]) -> list[str]:
    """The fields that hold any number of choices."""
    return [name for name, info in model.model_fields.items() if get_origin(info.annotation) in {list, tuple}]


def form_token(secret: str) -> str:
    """What the forms of the session with this secret carry; says nothing about the secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()
