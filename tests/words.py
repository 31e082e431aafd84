"""The catalogues and compiled templates, once for all tests of a worker: reading the four catalogues takes a fifth of a
second, compiling what a page consists of as long again.
"""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from web.i18n import load_catalogues


class Remembered(BytecodeCache):
    """Compiled templates in memory."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


CATALOGUES = load_catalogues()
COMPILED = Remembered()
