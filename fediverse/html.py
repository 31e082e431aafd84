"""HTML and names from strangers, made harmless.

`clean()` lets through what posts need and nothing else, by an HTML5 parser and an allow-list. What
hides part of a link's text (Mastodon's `invisible` and `ellipsis` classes) loses its class, so the
whole address shows. Clean when storing; print through the page's own filter all the same.

Source: H1, H2, H4, H5, D6 and S10 of the security contract; interop.md §6 no. 13.
"""

import html as entities
import re
import unicodedata

import nh3

from fediverse.limits import Limits

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
        "pre",
        "rp",
        "rt",
        "ruby",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
        "ul",
    ]
)
SCHEMES = frozenset({"http", "https", "mailto"})
REL = "nofollow noopener noreferrer ugc"

_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "translate"},
    "span": {"translate"},
    "abbr": {"title"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
_KEPT_CLASSES = ("mention", "hashtag", "h-card", "u-url", "p-author", "p-name", "p-nickname", "p-note", "p-summary")
_CLASSES = {tag: set(_KEPT_CLASSES) for tag in ("a", "span", "p")}
# Elements whose text is not text.
_DROPPED = frozenset(
    [
        "applet",
        "embed",
        "frame",
        "frameset",
        "head",
        "iframe",
        "math",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "xmp",
    ]
)
_LINES = {"p", "br", "li", "div", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "tr"}
# Made once: taking the lists over costs five times as much as cleaning a post. From any thread.
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=SCHEMES,
    url_relative="deny",  # what is relative to their page would lead into ours
    link_rel=REL,
    clean_content_tags=_DROPPED,
    strip_comments=True,
)
_LINES_ONLY = nh3.Cleaner(tags=_LINES, attributes={}, clean_content_tags=_DROPPED, link_rel=None)
_MARKS = (
    *((f"<{tag}>", "") for tag in _LINES - {"br", "hr"}),
    *((f"</{tag}>", "\n") for tag in _LINES - {"br", "hr"}),
    ("<br>", "\n"),
    ("<hr>", "\n"),
    # All that the serialiser ever writes as entities; «&amp;» last, so that nothing is resolved twice.
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", '"'),
    ("&nbsp;", " "),
    ("&amp;", "&"),
)
_DEEPEST = 100
_LONGEST_TEXT = 131_072
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})")
# These do not nest: they have no content, or the next one ends the one before.
_SHALLOW = frozenset(
    [
        "area",
        "br",
        "col",
        "dd",
        "dt",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "p",
        "param",
        "source",
        "track",
        "wbr",
    ]
)

_JOINER = 0x200D
_UNSHOWN = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x34F,
    0x61C,
    0x115F,
    0x1160,
    0x17B4,
    0x17B5,
    *range(0x180B, 0x180F),
    *range(0x200B, 0x200D),
    *range(0x200E, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    0xFEFF,
    0xFFA0,
    *range(0xFFF0, 0xFFFC),
    *range(0xD800, 0xE000),
    *range(0xE0000, 0xE0080),
)
_BLANKS = dict.fromkeys((9, 10, 11, 12, 13, 133, 8232, 8233), " ")
_STRIP: dict[int, str | None] = {**dict.fromkeys(_UNSHOWN), **_BLANKS}


def clean(html: str, limits: Limits) -> str:
    """Harmless HTML with the meaning of `html`, at most `limits.content_bytes` of UTF-8.

    Links keep http, https and mailto only and get our `rel`. What is too long is cut where it stands.
    """
    found = _clean(_cut(html, limits.content_source_bytes))
    most = limits.content_bytes
    room = most
    while len(found.encode()) > most and room > 0:
        # Cutting leaves elements open, and closing them takes room again.
        room -= max(most // 8, 1)
        found = _clean(_cut(found, max(room, 0)))
    return found


def text_of(html: str) -> str:
    """The text of `html`: a line for each paragraph, entities resolved; of a longer one only the first 128 KiB."""
    html = _cut(html, _LONGEST_TEXT)
    if _is_too_deep(html):
        return _stripped(html)
    marked = _LINES_ONLY.clean(html)
    for mark, meant in _MARKS:
        marked = marked.replace(mark, meant)
    lines = (" ".join(line.split()) for line in marked.split("\n"))
    return "\n".join(line for line in lines if line)


def shown_name(text: str, limits: Limits) -> str:
    """`text` as a name on a page: one line, nothing invisible, nothing that turns the direction of writing.

    Plain text, not HTML: escape it when printing. At most `limits.name_chars`; may be empty.
    """
    seen = text[: limits.name_chars * 4].translate(_STRIP)
    if "\u200d" in seen:
        seen = _joiners_of_emoji_only(seen)
    return " ".join(seen.split())[: limits.name_chars].rstrip()


def _clean(html: str) -> str:
    if _is_too_deep(html):
        return entities.escape(_stripped(html), quote=False)
    return _CLEANER.clean(html).replace("\x00", "")


def _cut(text: str, most_bytes: int) -> str:
    """At most so many bytes of whole characters; half characters, which UTF-8 cannot write, are left out."""
    if text.isascii():
        return text[:most_bytes]
    return text.encode(errors="ignore")[:most_bytes].decode(errors="ignore")


def _joiners_of_emoji_only(text: str) -> str:
    """The joiner makes one picture of two (a family, a profession); between letters it only hides."""
    kept = [
        char
        for at, char in enumerate(text)
        if ord(char) != _JOINER or (at > 0 and unicodedata.category(text[at - 1]) in ("So", "Sk", "Mn"))
    ]
    return "".join(kept)


def _is_too_deep(html: str) -> bool:
    """Whether elements nest deeper than any post does.

    The parser takes time by the square of the depth: a megabyte of `<div>` keeps it busy for minutes.
    """
    if html.count("<") <= _DEEPEST:
        return False
    open_now: dict[str, int] = {}
    depth = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _SHALLOW:
            continue
        if not match[1]:
            open_now[name] = open_now.get(name, 0) + 1
            depth += 1
            if depth > _DEEPEST:
                return True
        elif open_now.get(name, 0) > 0:
            open_now[name] -= 1
            depth -= 1
    return False


def _stripped(html: str) -> str:
    """What stands outside the angle brackets, without looking at what they say."""
    first, *others = html.split("<")
    return " ".join([first, *(part.partition(">")[2] for part in others)]).strip()
