"""QR codes as inline SVG, the last few hundred remembered."""

from __future__ import annotations

import re
from functools import lru_cache

import segno
from markupsafe import Markup

QR_KEPT = 500


class QrCodes:
    """Draws codes; templates call `svg` by the name `qr`."""

    def __init__(self) -> None:
        self._path = lru_cache(maxsize=QR_KEPT)(_qr_path)

    def svg(self, text: str, label: str) -> Markup:
        """A QR code as inline SVG; black on white in every theme, as scanners want it."""
        side, path = self._path(text)
        return Markup(
            '<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="{label}" shape-rendering="crispEdges">'
            '<path class="qr-paper" d="M0 0h{side}v{side}H0z"/><path class="qr-ink" d="{path}"/></svg>'
        ).format(side=side, label=label, path=path)


def _qr_path(text: str) -> tuple[int, str]:
    """Side and dark modules of a QR code, with the quiet zone of four that scanners need."""
    code = segno.make(text, error="m", micro=False)
    matrix = [bytes(row) for row in code.matrix]
    runs = [
        f"M{run.start() + 4} {y + 4}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
        for y, row in enumerate(matrix)
        for run in re.finditer(b"\x01+", row)
    ]
    return len(matrix) + 8, "".join(runs)
