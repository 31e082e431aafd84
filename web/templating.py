"""How templates are read, and where they are kept once compiled: the pages', the letters' and the farewells'."""

from __future__ import annotations

from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

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
    return FileSystemBytecodeCache(str(folder))
