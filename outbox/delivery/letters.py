"""Rows ready to be sent: their bytes with the proof, made once and kept for as long as many lanes need them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from actors.people import Keyring
from actors.refusals import Refused
from fediverse.errors import Malformed
from fediverse.keys import SigningKey
from outbox.delivery.batches import Batch, Piece
from outbox.log import OutgoingActivity, prove

LETTERS_KEPT = 250
LETTERS_BYTES = 16 * 1024 * 1024
FORGOTTEN = "forgotten"
"""The error of a letter whose thing was deleted a moment ago: nothing is to be sent."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row ready to be signed: the bytes with their proof, and whose key signs the request.

    Attributes:
        error: why it can't be sent at all; "" if it can.
    """

    body: bytes
    key: SigningKey | None
    error: str = ""


class Letterbox:
    """The letters that were read last, within bounds."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._letters: OrderedDict[int, Letter] = OrderedDict()
        self._bytes = 0

    def fill(self, session: Session, batches: Iterable[Batch]) -> None:
        """Read what these batches need and is not here. One caller at a time."""
        wanted = {piece.log_id for batch in batches for piece in batch.pieces}
        for log_id, letter in _letters(session, self._keyring, wanted - self._letters.keys()).items():
            self._letters[log_id] = letter
            self._bytes += len(letter.body)

    def take(self, pieces: Sequence[Piece]) -> dict[int, Letter]:
        """The letters for these pieces, which were filled in. They stay valid whatever happens here."""
        return {piece.log_id: self._letters[piece.log_id] for piece in pieces}

    def tidy(self) -> None:
        """Let go of the oldest beyond the bounds."""
        while len(self._letters) > LETTERS_KEPT or self._bytes > LETTERS_BYTES:
            _, letter = self._letters.popitem(last=False)
            self._bytes -= len(letter.body)


def _letters(session: Session, keyring: Keyring, log_ids: Iterable[int]) -> dict[int, Letter]:
    """The rows with these ids, ready to be signed; 0.15 ms each for the proof."""
    rows = session.execute(
        select(
            OutgoingActivity.id,
            OutgoingActivity.actor_id,
            OutgoingActivity.body,
            OutgoingActivity.created_at,
        ).where(OutgoingActivity.id.in_(list(log_ids)))
    )
    return {row.id: _letter(session, keyring, row.actor_id, row.body, row.created_at) for row in rows}


def _letter(session: Session, keyring: Keyring, actor_id: int, body: bytes, created_at: datetime) -> Letter:
    if not body:
        return Letter(b"", None, FORGOTTEN)
    try:
        keys = keyring.load(session, actor_id)
        return Letter(prove(body, keys, created_at), keys.rsa)
    except (Refused, Malformed, ValueError) as error:
        return Letter(b"", None, f"{type(error).__name__}: {error}"[:300])
