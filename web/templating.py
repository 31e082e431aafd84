"""How templates are read, and where they are kept once compiled: the pages', the letters' and the farewells'."""

from __future__ import annotations

import contextlib
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

TEMPLATES = Path(__file__).parent / "templates"


def environment(compiled: BytecodeCache | None, *, autoescape: bool = True) -> Environment:
    """Templates with the rules of the house: what is missing is an error, a line with a tag alone leaves none.

    Args:
        compiled: keeps them as they are compiled, which takes a tenth of a second for some pages.
        autoescape: False for plain text, which has nothing to escape.
    """
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=compiled,
        autoescape=autoescape,  # noqa: S701  False only for plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def compiled_in(folder: Path) -> BytecodeCache:
    """Compiled templates as files of `folder`, for every process; one that changed since is compiled anew."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _Files(str(folder))


class _Files(FileSystemBytecodeCache):
    """A page is shown though there is no room to keep it compiled, or though it can't be read."""

    def load_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)
