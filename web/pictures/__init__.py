"""Pictures: taken, drawn anew, served.

* `redraw`  one picture, in a process of its own
* `store`   the folder of the files
* `upload`  reading a form with a file
* `serve`   `/media/…`
"""

from web.pictures.serve import ROUTES
from web.pictures.store import UPLOAD_BYTES, PictureStore
from web.pictures.upload import read_upload, tidy

__all__ = ["ROUTES", "UPLOAD_BYTES", "PictureStore", "read_upload", "tidy"]
