"""One place opens connections to other machines: `fediverse/fetch`. So one guard is enough."""

import ast
from pathlib import Path

from tests.house.source import ROOT, Module, imports, modules

DIALLER = "fediverse.fetch"
WAYS_OUT = {
    *("socket", "socketserver", "ssl", "select", "selectors", "ftplib", "imaplib", "poplib", "smtplib", "telnetlib"),
    *("http.client", "urllib.request", "xmlrpc.client", "multiprocessing.connection"),
    *("httpx", "httpcore", "aiohttp", "requests", "urllib3", "aiosmtplib", "pycurl", "websockets", "trio"),
    *("anyio.connect_tcp", "anyio.connect_unix", "anyio.create_udp_socket"),
}
CALLS_OUT = {
    *("open_connection", "create_connection", "start_tls", "sock_connect", "getaddrinfo", "create_datagram_endpoint"),
    *("connect_tcp", "open_unix_connection", "create_unix_connection"),
}
# Server sockets and TLS settings are no way out, but belong to the door they are opened for.
ALSO: dict[str, set[str]] = {
    "web.cli.serving": {"socket", "getaddrinfo"},  # the socket that `serve` listens on
    # The mail server that the operator or an admin chose, nothing of others names it; and the names of what goes wrong.
    "web.mail.office": {"aiosmtplib", "socket", "ssl"},
}


def ways_out(module: Module) -> list[str]:
    """The connections that `module` could open past the guard."""
    if module.name == DIALLER or module.name.startswith(f"{DIALLER}."):
        return []
    allowed = ALSO.get(module.name, set())
    taken = {
        way
        for name in imports(module)
        for way in WAYS_OUT
        if (name == way or name.startswith(f"{way}.")) and way not in allowed
    }
    found = [f"{module.place} imports {way}" for way in sorted(taken)]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in CALLS_OUT - allowed:
                found.append(f"{module.place}:{node.lineno} calls {called}()")
    return found


def test_nothing_but_the_dialler_opens_connections():
    assert [line for module in modules() for line in ways_out(module)] == []


def test_a_second_way_out_is_named():
    text = "import urllib.request\nfrom http import client\nasync def f():\n    await asyncio.open_connection('x', 1)\n"
    module = Module(ROOT / Path("inbox/receive.py"), ast.parse(text))
    assert ways_out(module) == [
        "inbox/receive.py imports http.client",
        "inbox/receive.py imports urllib.request",
        "inbox/receive.py:4 calls open_connection()",
    ]


def test_the_dialler_may():
    module = Module(ROOT / Path("fediverse/fetch/dialler.py"), ast.parse("import socket\n"))
    assert ways_out(module) == []
