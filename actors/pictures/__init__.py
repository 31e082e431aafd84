"""Pictures of members and groups: which there are, and how each is drawn anew from what was sent.

* `tables`   one row a picture
* `keeping`  keeping one, taking one away, which files are nobody's
* `drawing`  decoding and encoding, in a process of its own
"""

from actors.pictures.keeping import (
    Made,
    Owner,
    drop,
    drop_all,
    forget_dropped,
    keep,
    known_files,
    of_owner,
    shown,
)
from actors.pictures.tables import Picture

__all__ = [
    "Made",
    "Owner",
    "Picture",
    "drop",
    "drop_all",
    "forget_dropped",
    "keep",
    "known_files",
    "of_owner",
    "shown",
]
