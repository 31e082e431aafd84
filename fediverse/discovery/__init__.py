"""Finding actors by handle, and saying who and what we are: WebFinger, host-meta, NodeInfo; theirs read, ours written.

* handles.py    `@user@host`, read strictly
* webfinger.py  from a handle to an actor, and from our actors to their handles
* nodeinfo.py   what a server is
"""

from fediverse.discovery.handles import Handle, parse_handle
from fediverse.discovery.nodeinfo import (
    NODEINFO_VERSIONS,
    NodeInfo,
    nodeinfo_document,
    nodeinfo_links,
    nodeinfo_media_type,
    read_nodeinfo,
)
from fediverse.discovery.webfinger import (
    JRD,
    XRD,
    find,
    host_meta_document,
    loops_back,
    server_webfinger_document,
    webfinger_document,
)

__all__ = [
    "JRD",
    "NODEINFO_VERSIONS",
    "XRD",
    "Handle",
    "NodeInfo",
    "find",
    "host_meta_document",
    "loops_back",
    "nodeinfo_document",
    "nodeinfo_links",
    "nodeinfo_media_type",
    "parse_handle",
    "read_nodeinfo",
    "server_webfinger_document",
    "webfinger_document",
]
