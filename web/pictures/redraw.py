"""Draws one picture anew; runs alone, in a process of its own that may use little, and imports nothing of ours.

    python -I redraw.py 400x400 96x96 < picture > drawn

Reads a JPEG, PNG, WebP or GIF (its first frame) from stdin. Writes one line of JSON (`suffix`, `width`, `height` of the
first size, `lengths`) and then the files, one after another, in the order of the sizes. What can't be drawn ends with
status 2 and a word on stderr: `picture-unknown`, `picture-too-large` or `picture-broken`.

Nothing of the original's metadata is passed on: the pixels are turned as EXIF says, then copied into a new picture.

Source: security contract §1.9 (CVE-2023-36460, CVE-2023-5588).
"""

from __future__ import annotations

import json
import resource
import sys
import warnings
from io import BytesIO

MEMORY_BYTES = 700 * 1024 * 1024
CPU_S = 8
PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")

resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: E402  limits first

Image.MAX_IMAGE_PIXELS = PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def draw(data: bytes, sizes: list[tuple[int, int]]) -> tuple[dict[str, object], list[bytes]]:
    """The picture in each of the sizes, cut to their proportions."""
    picture = Image.open(BytesIO(data), formats=FORMATS)
    if picture.width * picture.height > PIXELS or not picture.width or not picture.height:
        raise Image.DecompressionBombError
    largest = sizes[0]
    picture.draft("RGB", (largest[0] * 2, largest[1] * 2))
    picture.seek(0)
    picture.load()
    turned = ImageOps.exif_transpose(picture)
    has_alpha = "A" in turned.getbands() or "transparency" in turned.info
    turned.thumbnail((max(3_000, largest[0]), max(3_000, largest[0])), reducing_gap=2.0)
    mode = "RGBA" if has_alpha else "RGB"
    pixels = turned.convert(mode)
    clean = Image.new(mode, pixels.size)
    clean.paste(pixels)
    files = []
    for size in sizes:
        out = BytesIO()
        fitted = ImageOps.fit(clean, size, Image.Resampling.LANCZOS)
        if has_alpha:
            fitted.save(out, "PNG", optimize=True)
        else:
            fitted.save(out, "JPEG", quality=84, optimize=True, progressive=True)
        files.append(out.getvalue())
    said: dict[str, object] = {
        "suffix": "png" if has_alpha else "jpg",
        "width": largest[0],
        "height": largest[1],
        "lengths": [len(file) for file in files],
    }
    return said, files


def main() -> int:
    """Draw what stands on stdin."""
    sizes = []
    for argument in sys.argv[1:]:
        width, _, height = argument.partition("x")
        sizes.append((int(width), int(height)))
    try:
        said, files = draw(sys.stdin.buffer.read(), sizes)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        return _refuse("picture-too-large")
    except UnidentifiedImageError:
        return _refuse("picture-unknown")
    except Exception:  # noqa: BLE001  a decoder that was handed a hostile file may raise anything
        return _refuse("picture-broken")
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + b"".join(files))
    return 0


def _refuse(code: str) -> int:
    sys.stderr.write(code)
    return 2


if __name__ == "__main__":
    sys.exit(main())
