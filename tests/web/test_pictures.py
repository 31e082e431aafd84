"""Pictures are drawn anew: nothing of the original file is kept, and hostile ones cost little (§1.9)."""

import struct
import time
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from actors.database import Database
from actors.people import Member
from actors.pictures import Picture
from tests.web.hamlet import Hamlet, make_hamlet
from web.pictures import tidy
from web.pictures.store import LINGERS_S


@pytest.fixture
def hamlet(db: Database, tmp_path: Path) -> Hamlet:
    hamlet = make_hamlet(db, tmp_path)
    hamlet.sign_in(hamlet.world.noor.id)
    return hamlet


def photo(size: tuple[int, int] = (600, 300), kind: str = "JPEG", **more: object) -> bytes:
    """The left half red, the right half blue."""
    picture = Image.new("RGB", size, (200, 30, 30))
    picture.paste((30, 30, 200), (size[0] // 2, 0, *size))
    out = BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def with_gps(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "MARKER-IN-EXIF"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (50.0, 51.0, 1.0)
    return photo(exif=exif, icc_profile=b"MARKER-IN-ICC" * 20, xmp=b"<x>MARKER-IN-XMP</x>")


def bomb(side: int = 50_000) -> bytes:
    """A PNG that says it is `side` wide and high, and is 20 kB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", bytes(20_000)) + chunk(b"IEND", b"")


def picture_of(hamlet: Hamlet) -> Picture | None:
    def find(session):
        member = session.get_one(Member, hamlet.world.noor.id)
        return session.get(Picture, member.picture_id) if member.picture_id else None

    return hamlet.db.read_now(find)


async def served(hamlet: Hamlet) -> tuple[bytes, object]:
    picture = picture_of(hamlet)
    assert picture is not None
    answer = await hamlet.browser.get(f"/media/{picture.name}-400.{picture.suffix}")
    assert answer.status == 200
    return answer.body, answer


async def test_a_picture_is_shown_without_place_camera_or_profile(hamlet: Hamlet):
    answer = await hamlet.upload("/me/picture", with_gps(), alt="Noor met een zaag")
    assert (answer.status, answer.headers["location"]) == (303, "/me/profile?notice=picture-saved")
    body, got = await served(hamlet)
    for marker in (b"MARKER", b"Exif", b"GPS", b"ICC_PROFILE", b"xmp"):
        assert marker not in body
    drawn = Image.open(BytesIO(body))
    assert (drawn.format, drawn.size, dict(drawn.getexif())) == ("JPEG", (400, 400), {})
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in got.headers["content-security-policy"]
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert got.headers["cache-control"] == "public, max-age=31536000, immutable"
    page = (await hamlet.browser.get(f"/people/{hamlet.world.noor.id}")).text
    assert 'alt="Noor met een zaag"' in page


async def test_a_picture_is_turned_as_its_camera_says(hamlet: Hamlet):
    # Given a photo whose left half is red, held upside down (orientation 3)
    await hamlet.upload("/me/picture", with_gps(3))
    body, _ = await served(hamlet)
    drawn = Image.open(BytesIO(body)).convert("RGB")
    left, right = drawn.getpixel((20, 200)), drawn.getpixel((380, 200))
    assert left[2] > 150 > left[0]
    assert right[0] > 150 > right[2]


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
async def test_other_kinds_become_plain_pictures(hamlet: Hamlet, kind: str):
    assert (await hamlet.upload("/me/picture", photo(kind=kind))).status == 303
    body, _ = await served(hamlet)
    assert Image.open(BytesIO(body)).format in ("JPEG", "PNG")


async def test_what_can_be_seen_through_stays_so(hamlet: Hamlet):
    out = BytesIO()
    Image.new("RGBA", (300, 300), (10, 200, 10, 0)).save(out, "PNG")
    await hamlet.upload("/me/picture", out.getvalue())
    body, answer = await served(hamlet)
    assert Image.open(BytesIO(body)).getpixel((5, 5))[3] == 0
    assert answer.headers["content-type"] == "image/png"


async def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_drawn(hamlet: Hamlet):
    began = time.monotonic()
    answer = await hamlet.upload("/me/picture", bomb())
    took_s = time.monotonic() - began
    assert answer.status == 422
    assert "too large" in answer.text
    assert took_s < 10, "a second on a quiet machine; drawing it would take minutes and gigabytes"
    assert picture_of(hamlet) is None


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7 ...",
        b"",
        photo()[:200],
        photo(kind="TIFF"),
    ],
    ids=["html", "svg", "pdf", "nothing", "cut", "tiff"],
)
async def test_what_is_no_picture_is_refused_in_words(hamlet: Hamlet, data: bytes):
    answer = await hamlet.upload("/me/picture", data)
    assert answer.status == 422
    assert "<h1" in answer.text
    assert picture_of(hamlet) is None


async def test_a_picture_that_is_also_something_else_is_only_a_picture_after(hamlet: Hamlet):
    polyglot = photo(kind="GIF") + b"<script>MARKER</script>PK\x03\x04MARKER"
    await hamlet.upload("/me/picture", polyglot)
    body, _ = await served(hamlet)
    assert b"MARKER" not in body
    assert b"<script" not in body


@pytest.mark.parametrize("name", ["../../x.png", "x.php%00.png", "/etc/passwd", "a.svg"])
async def test_the_name_of_the_file_is_ours(hamlet: Hamlet, name: str):
    await hamlet.upload("/me/picture", photo(), name=name)
    files = sorted(path.relative_to(hamlet.folder).as_posix() for path in hamlet.folder.rglob("*") if path.is_file())
    picture = picture_of(hamlet)
    kept = [file for file in files if file.startswith("media/")]
    assert kept == [f"media/{picture.name}-400.jpg", f"media/{picture.name}-96.jpg"]
    assert "x" not in picture.name[:2] or len(picture.name) == 22


@pytest.mark.parametrize("path", ["/media/../secret.key", "/media/%2e%2e%2fsecret.key", "/media/nothing-400.jpg"])
async def test_nothing_else_is_served_from_there(hamlet: Hamlet, path: str):
    (hamlet.folder / "secret.key").write_text("secret")
    assert (await hamlet.browser.get(path)).status == 404


async def test_D2_only_the_form_of_a_picture_may_be_large(hamlet: Hamlet):
    large = photo() + bytes(2_000_000)
    assert (await hamlet.upload("/me/picture", large)).status == 303
    assert (await hamlet.upload("/me/profile", large)).status == 413
    assert (await hamlet.upload("/me/picture", bytes(11_000_000))).status == 413


async def test_D2_a_form_in_a_thousand_parts_is_refused(hamlet: Hamlet):
    fields = {f"field_{number}": "x" for number in range(1_000)}
    assert (await hamlet.upload("/me/picture", photo(), **fields)).status == 400
    assert picture_of(hamlet) is None


async def test_D2_who_asks_for_fifty_thousand_ranges_gets_the_picture_once(hamlet: Hamlet):
    await hamlet.upload("/me/picture", photo())
    body, _ = await served(hamlet)
    picture = picture_of(hamlet)
    ranges = "bytes=" + ",".join(["0-"] * 50_000)
    path = f"/media/{picture.name}-400.{picture.suffix}"
    answer = await hamlet.browser.request("GET", path, headers={"range": ranges})
    assert (answer.status, answer.body) == (200, body)


async def test_a_picture_needs_a_member_and_the_token(hamlet: Hamlet):
    hamlet.token = "wrong"
    assert (await hamlet.upload("/me/picture", photo())).status == 403
    hamlet.browser.cookies.clear()
    assert (await hamlet.upload("/me/picture", photo())).status == 401


async def test_the_round_deletes_what_nobody_shows_any_more(hamlet: Hamlet, monkeypatch: pytest.MonkeyPatch):
    # Given a picture that was replaced, and a file that never got its row
    await hamlet.upload("/me/picture", photo())
    await hamlet.upload("/me/picture", photo(kind="PNG"))
    media = hamlet.folder / "media"
    stray = media / f"{'x' * 22}-96.jpg"
    stray.write_bytes(b"x")
    await tidy(hamlet.house)
    assert len(list(media.iterdir())) == 5

    # When two hours have passed
    import os

    for path in media.iterdir():
        os.utime(path, (time.time() - LINGERS_S - 60,) * 2)
    await tidy(hamlet.house)

    # Then only the files of the picture that is shown are left
    picture = picture_of(hamlet)
    assert sorted(path.name for path in media.iterdir()) == [f"{picture.name}-400.jpg", f"{picture.name}-96.jpg"]
    assert hamlet.db.read_now(lambda session: len(session.scalars(select(Picture)).all())) == 1
