"""Pictures of members and groups: which there are, and whose. Their files are `web.pictures`'.

* `tables`   one row a picture
* `keeping`  keeping one, taking one away, which files are nobody's
"""

from actors.pictures.keeping import (
    SIZES,
    Made,
    Owner,
    drop,
    drop_all,
    files_of,
    forget_dropped,
    keep,
    known_files,
    of_owner,
    shown,
)
from actors.pictures.tables import Picture

__all__ = [
    "SIZES",
    "Made",
    "Owner",
    "Picture",
    "drop",
    "drop_all",
    "files_of",
    "forget_dropped",
    "keep",
    "known_files",
    "of_owner",
    "shown",
]
