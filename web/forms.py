"""Forms that come back: read with limits, checked by a model, shown again with what was typed if something is wrong."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

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
        problems: a code of `REFUSALS` by field.
    """

    values: Mapping[str, str]
    problems: Mapping[str, str]
    draft: Draft | None


async def read_form(request: Request, model: type[Draft]) -> Filled[Draft]:
    """The form that was sent, checked by `model`; a validator refuses with a code of `REFUSALS` as its message type.

    Raises:
        HTTPException: 400 for what no form of ours sends; 403 without the session's token.
    """
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        raise HTTPException(400)
    async with request.form(max_files=0, max_fields=FIELDS, max_part_size=FIELD_BYTES) as form:
        values = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    secret = request.state.session_secret
    if secret and values.pop("form_token", "") != form_token(secret):
        raise HTTPException(403)
    values.pop("form_token", None)
    try:
        return Filled(values, {}, model.model_validate(values))
    except ValidationError as error:
        problems: dict[str, str] = {}
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            field = str(problem["loc"][0]) if problem["loc"] else ""
            problems.setdefault(field, problem["type"] if problem["type"] in REFUSALS else "not-understood")
        return Filled(values, problems, None)


def form_token(secret: str) -> str:
    """What the forms of the session with this secret carry; says nothing about the secret."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()
