"""Object and Link, the two roots of Activity Streams, and the small objects that hang on others.

Every type is a frozen dataclass; what we do not know by name stays in `extra`, with its wire
name, and so does a value that we know but could not read (a `published` that is no date).
They have no slots: of sixty fields a document gives six, and the class has the defaults of the others.

Source: Activity Streams 2.0 vocabulary; interop.md says what real servers send.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from fediverse.documents import JSON
from fediverse.types.terms import Shape, term

LangMap: TypeAlias = Mapping[str, str]
"""Language tag -> text; the first entry is the main language."""

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
"""The one spelling of «everybody» in our tuples; others' short spellings are read as this."""


@dataclass(frozen=True, kw_only=True)
class Link:
    """A pointer with a label: `Link`, and the parent of `Mention` and `Hashtag`."""

    id: str | None = None
    type: str = "Link"
    types: tuple[str, ...] = field(default=(), compare=False)
    href: str | None = term("href", Shape.IRI)
    rel: str | None = term("rel", Shape.WORD)
    media_type: str | None = term("mediaType", Shape.WORD)
    name: str | None = term("name", Shape.TEXT)
    hreflang: str | None = term("hreflang", Shape.WORD)
    width: int | None = term("width", Shape.COUNT)
    height: int | None = term("height", Shape.COUNT)
    extra: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Mention(Link):
    """`href` is the actor's id, `name` its «@user@host»."""

    type: str = "Mention"


@dataclass(frozen=True, kw_only=True)
class Hashtag(Link):
    """`name` begins with «#»."""

    type: str = "Hashtag"


@dataclass(frozen=True, kw_only=True)
class Object:
    """What every object has. `type` is one word; `types` holds all when a document gave several.

    `to`, `cc`, `bto`, `bcc` and `audience` are ids; times are aware; text is as sent (clean HTML
    with `fediverse.html.clean` before storing). `url` is the address for people; `links` is
    filled only when the document gave `url` as links or more than once. `proof` is raw JSON.
    """

    id: str | None = None
    type: str = ""
    types: tuple[str, ...] = field(default=(), compare=False)
    name: str | None = term("name", Shape.TEXT)
    name_map: LangMap | None = term("nameMap", Shape.LANGUAGES)
    summary: str | None = term("summary", Shape.HTML)
    summary_map: LangMap | None = term("summaryMap", Shape.LANGUAGES)
    content: str | None = term("content", Shape.HTML)
    content_map: LangMap | None = term("contentMap", Shape.LANGUAGES)
    source: "Object | None" = term("source", Shape.ONE, of=lambda: Object)
    media_type: str | None = term("mediaType", Shape.WORD)
    url: str | None = term("url", Shape.URL)
    links: tuple[Link, ...] = ()
    published: datetime | None = term("published", Shape.MOMENT)
    updated: datetime | None = term("updated", Shape.MOMENT)
    start_time: datetime | None = term("startTime", Shape.MOMENT)
    end_time: datetime | None = term("endTime", Shape.MOMENT)
    attributed_to: "tuple[Ref, ...]" = term("attributedTo", Shape.REFS)
    to: tuple[str, ...] = term("to", Shape.IRIS, limit="recipients", array=True)
    cc: tuple[str, ...] = term("cc", Shape.IRIS, limit="recipients", array=True)
    bto: tuple[str, ...] = term("bto", Shape.IRIS, limit="recipients", array=True)
    bcc: tuple[str, ...] = term("bcc", Shape.IRIS, limit="recipients", array=True)
    audience: tuple[str, ...] = term("audience", Shape.IRIS, limit="recipients")
    in_reply_to: "Ref | None" = term("inReplyTo", Shape.REF)
    context: str | None = term("context", Shape.IRI)
    conversation: str | None = term("conversation", Shape.IRI)
    replies: "Ref | None" = term("replies", Shape.REF)
    likes: "Ref | None" = term("likes", Shape.REF)
    shares: "Ref | None" = term("shares", Shape.REF)
    tag: "tuple[Ref, ...]" = term("tag", Shape.REFS, limit="tags", array=True)
    attachment: "tuple[Ref, ...]" = term("attachment", Shape.REFS, limit="attachments", array=True)
    icon: "tuple[Ref, ...]" = term("icon", Shape.REFS, limit="attachments")
    image: "tuple[Ref, ...]" = term("image", Shape.REFS, limit="attachments")
    location: "tuple[Ref, ...]" = term("location", Shape.REFS, limit="attachments")
    sensitive: bool | None = term("sensitive", Shape.FLAG)
    generator: "Ref | None" = term("generator", Shape.REF)
    proof: JSON = term("proof", Shape.RAW)
    extra: Mapping[str, JSON] = field(default_factory=dict)


Ref: TypeAlias = str | Object | Link
"""An id, or the thing itself."""


@dataclass(frozen=True, kw_only=True)
class Unknown(Object):
    """An object of a type that we do not know; written back as it came."""


@dataclass(frozen=True, kw_only=True)
class Verbatim(Object):
    """Somebody else's document, passed on unchanged inside ours (an Announce of an activity).

    `write()` puts `document` there as it is, with its own `@context` and proof, so that
    signatures inside it survive. `read()` never makes one.
    """

    document: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Document(Object):
    """A file: `Document`, `Image`, `Video` or `Audio`. `name` is the text for those who cannot see it."""

    type: str = "Document"
    width: int | None = term("width", Shape.COUNT)
    height: int | None = term("height", Shape.COUNT)
    blurhash: str | None = term("blurhash", Shape.WORD)
    focal_point: JSON = term("focalPoint", Shape.RAW)


@dataclass(frozen=True, kw_only=True)
class Emoji(Object):
    """A picture for the `:shortcode:` in `name`."""

    type: str = "Emoji"


@dataclass(frozen=True, kw_only=True)
class PropertyValue(Object):
    """One line of a profile: a label in `name` and HTML in `value`."""

    type: str = "PropertyValue"
    value: str | None = term("value", Shape.HTML)


@dataclass(frozen=True, kw_only=True)
class Tombstone(Object):
    """What is left of a deleted object."""

    type: str = "Tombstone"
    former_type: str | None = term("formerType", Shape.WORD)
    deleted: datetime | None = term("deleted", Shape.MOMENT)
