"""What a member types, as safe HTML: Markdown without HTML and pictures, links, `@user@host` and `#tag`.

Headings become bold paragraphs, since a post stands inside somebody else's page. A line break is a line break.
Whether a handle is somebody, only the caller knows; an unknown one stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

HANDLE = re.compile(
    r"(?<![\w@/.])@(?P<user>\w(?:[\w.-]*\w)?)@(?P<authority>\w[\w-]*(?:\.[\w-]+)*\.?\w(?::\d{1,5})?)(?![\w@])", re.ASCII
)
TAG = re.compile(r"(?<![\w&/#])#(?P<tag>\w*[^\W\d_]\w*)")
_SPECIAL = re.compile(f"{HANDLE.pattern}|{TAG.pattern}")
_BETWEEN = re.compile(r"(?<=>)\n")
_SCHEMES = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Somebody whose handle stands in a text."""

    iri: str
    url: str
    handle: str
    """`user@authority`, without the first «@»."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text as HTML, and whom and what it names, each once and in order."""

    html: str
    mentions: tuple[Mentioned, ...] = ()
    tags: tuple[str, ...] = ()
    """Without «#», as typed."""


Who = Callable[[str, str], Mentioned | None]
"""(user, authority) -> who that is, if we know."""


def render(text: str, *, who: Who | None = None, origin: str | None = None) -> Written:
    """`text` as HTML; hashtags become links to `{origin}/tags/…` when an origin is given."""
    mentions: dict[str, Mentioned] = {}
    tags: dict[str, None] = {}
    html = _markdown().render(text, {"who": who, "origin": origin, "mentions": mentions, "tags": tags})
    return Written(_BETWEEN.sub("", html.strip()), tuple(mentions.values()), tuple(tags))


def tag_url(origin: str, tag: str) -> str:
    """Where the things that carry `tag` are listed here."""
    return f"{origin}/tags/{quote(tag.lower(), safe='')}"


def tag_link(origin: str, tag: str) -> str:
    """A hashtag as a link, the way the fediverse marks one."""
    return f'<a href="{escape(tag_url(origin, tag))}" class="mention hashtag" rel="tag">#<span>{escape(tag)}</span></a>'


def mention_link(who: Mentioned) -> str:
    """A handle as a link, the way the fediverse marks one."""
    name = escape(who.handle.partition("@")[0])
    return f'<span class="h-card"><a href="{escape(who.url)}" class="u-url mention">@<span>{name}</span></a></span>'


class _Markdown(MarkdownIt):
    """Markdown whose links lead to the web or to a mailbox, and nowhere else."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 (the name is the library's)
        return url.strip().lower().startswith(_SCHEMES)


@cache
def _markdown() -> MarkdownIt:
    md = _Markdown("commonmark", {"html": False, "linkify": True, "breaks": True})
    md.enable(["linkify", "strikethrough"]).disable(["image", "html_block", "html_inline", "reference"])
    if md.linkify is not None:
        md.linkify.set({"fuzzy_email": False, "fuzzy_link": False})
    md.core.ruler.before("linkify", "fediverse", _name_names)
    md.add_render_rule("heading_open", _heading_open)
    md.add_render_rule("heading_close", _heading_close)
    md.add_render_rule("link_open", _link_open)
    return md


def _heading_open(*_: Any) -> str:
    return "<p><strong>"


def _heading_close(*_: Any) -> str:
    return "</strong></p>"


def _link_open(self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
    tokens[index].attrs.pop("title", None)
    tokens[index].attrSet("rel", "nofollow noopener noreferrer")
    return self.renderToken(tokens, index, options, env)


def _name_names(state: StateCore) -> None:
    """Turn handles and hashtags in running text into links; code and links are left as they are."""
    for block in state.tokens:
        if block.type != "inline" or not block.children:
            continue
        within_link = 0
        children: list[Token] = []
        for token in block.children:
            within_link += {"link_open": 1, "link_close": -1}.get(token.type, 0)
            if token.type != "text" or within_link or ("@" not in token.content and "#" not in token.content):
                children.append(token)
            else:
                children.extend(_split(token, state.env))
        block.children = children


def _split(token: Token, env: EnvType) -> list[Token]:
    parts: list[Token] = []
    at = 0
    for match in _SPECIAL.finditer(token.content):
        html = _linked(match, env)
        if html is None:
            continue
        if match.start() > at:
            parts.append(_plain(token.content[at : match.start()], token.level))
        parts.append(Token("html_inline", "", 0, content=html, level=token.level))
        at = match.end()
    if at < len(token.content):
        parts.append(_plain(token.content[at:], token.level))
    return parts


def _plain(text: str, level: int) -> Token:
    return Token("text", "", 0, content=text, level=level)


def _linked(match: re.Match[str], env: EnvType) -> str | None:
    if tag := match["tag"]:
        env["tags"].setdefault(tag)
        return tag_link(env["origin"], tag) if env["origin"] else None
    who: Who | None = env["who"]
    found = who(match["user"], match["authority"].lower()) if who else None
    if found is None:
        return None
    env["mentions"].setdefault(found.iri, found)
    return mention_link(found)
