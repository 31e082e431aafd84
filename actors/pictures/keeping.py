"""Which pictures there are, and whose: rows only. The files are written before the row and deleted after it.

A row that was replaced keeps its files for an hour, for pages that are open; what stands in the folder without any row
after that is nobody's, and the hourly round deletes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from actors.pictures.tables import Picture
from actors.views.profiles import PictureLine

SIZES = {"avatar": ((400, 400), (96, 96)), "banner": ((1500, 500), (750, 250))}
"""Width and height of the files of each use, the largest first."""
ALT_CHARS = 500
LINGERS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose picture: `Owner("member", member.id)` or `Owner("group", actor.id)`."""

    kind: str
    id: int


@dataclass(frozen=True, slots=True)
class Made:
    """A picture whose files are written: what `web.pictures` hands to `keep`."""

    name: str
    suffix: str
    use: str
    width: int
    height: int


def keep(session: Session, owner: Owner, made: Made, *, alt: str = "", now: datetime) -> Picture:
    """`owner` shows this picture from now on, in the place of the one it had for the same use."""
    drop(session, owner, made.use, now=now)
    picture = Picture(
        name=made.name,
        suffix=made.suffix,
        use=made.use,
        owner_kind=owner.kind,
        owner_id=owner.id,
        alt=alt.replace("\x00", "").strip()[:ALT_CHARS],
        width=made.width,
        height=made.height,
        created_at=now,
    )
    session.add(picture)
    session.flush()
    return picture


def drop(session: Session, owner: Owner, use: str, *, now: datetime) -> None:
    """`owner` has no picture for this use any more."""
    session.execute(
        update(Picture)
        .where(
            Picture.owner_kind == owner.kind,
            Picture.owner_id == owner.id,
            Picture.use == use,
            Picture.dropped_at.is_(None),
        )
        .values(dropped_at=now)
    )


def drop_all(session: Session, owner: Owner) -> tuple[str, ...]:
    """Delete the rows of every picture that `owner` ever had; the names of the files to delete."""
    where = (Picture.owner_kind == owner.kind, Picture.owner_id == owner.id)
    gone = list(session.scalars(select(Picture).where(*where)))
    session.execute(delete(Picture).where(*where))
    return tuple(name for picture in gone for name in files_of(picture))


def of_owner(session: Session, owner: Owner, use: str) -> Picture | None:
    """The picture that `owner` shows for this use."""
    return session.scalar(
        select(Picture)
        .where(
            Picture.owner_kind == owner.kind,
            Picture.owner_id == owner.id,
            Picture.use == use,
            Picture.dropped_at.is_(None),
        )
        .order_by(Picture.id.desc())
        .limit(1)
    )


def shown(picture: Picture | None) -> PictureLine | None:
    """`picture` for a page."""
    if picture is None or picture.dropped_at is not None:
        return None
    large, small = files_of(picture)
    return PictureLine(f"/media/{large}", f"/media/{small}", picture.alt, picture.width, picture.height)


def files_of(picture: Picture) -> tuple[str, ...]:
    """The names of its files, the largest first."""
    return tuple(f"{picture.name}-{width}.{picture.suffix}" for width, _ in SIZES[picture.use])


def forget_dropped(session: Session, now: datetime, most: int = 500) -> int:
    """Delete the rows of pictures that were dropped an hour ago; how many."""
    ids = list(
        session.scalars(select(Picture.id).where(Picture.dropped_at < now - LINGERS).order_by(Picture.id).limit(most))
    )
    session.execute(delete(Picture).where(Picture.id.in_(ids)))
    return len(ids)


def known_files(session: Session, names: Iterable[str]) -> set[str]:
    """Which of these files belong to a picture."""
    wanted = list(names)
    stems = {name.rpartition("-")[0] for name in wanted}
    pictures = session.scalars(select(Picture).where(Picture.name.in_(stems)))
    known = {name for picture in pictures for name in files_of(picture)}
    return known.intersection(wanted)
