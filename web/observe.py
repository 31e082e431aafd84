"""What an operator sees of a running instance: log lines, `/health` and `/metrics`.

Nothing is counted on the way: the logs are tables, so depth and age are queries. Log lines hold no
query strings and no addresses of readers.
"""

from __future__ import annotations

import hmac
import logging
import sys

import structlog
from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from actors.database import utc_now
from fediverse.documents import dump
from inbox import log as incoming
from outbox import delivery as outgoing
from web.documents.answers import JSON_TYPE, refusal, response
from web.house import House
from web.settings import Settings
from web.shelf import Answer


def prepare_log(settings: Settings) -> None:
    """Log lines to standard error, as text for people or as JSON for machines."""
    level = getattr(logging, settings.log_level.upper())
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s")


async def health(request: Request) -> Response:
    """200 when requests can be answered, else 503; says what waits, nothing private."""
    house: House = request.app.state.house
    try:
        saved, said = await house.db.read(incoming.load), await house.db.read(outgoing.load, utc_now())
    except SQLAlchemyError:
        return response(refusal(503, "database-away"), public=False)
    body = dump({"ok": True, "incoming": saved.waiting, "outgoing": said.lanes_waiting, "failing": said.lanes_failing})
    return response(Answer(200, JSON_TYPE, body), public=False)


async def metrics(request: Request) -> Response:
    """Figures in Prometheus' text form, for whoever has the token."""
    house: House = request.app.state.house
    token = house.settings.metrics_token
    given = request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return response(refusal(404, "not-found"), public=False)
    saved, said = await house.db.read(incoming.load), await house.db.read(outgoing.load, utc_now())
    registry = CollectorRegistry()
    for name, value, words in (
        ("knooppunt_incoming_waiting", saved.waiting, "Activities saved and not yet applied"),
        ("knooppunt_incoming_quarantined", saved.quarantined, "Activities that could not be applied"),
        ("knooppunt_lanes_waiting", said.lanes_waiting, "Servers that have something to receive"),
        ("knooppunt_lanes_failing", said.lanes_failing, "Servers that did not answer the last time"),
        ("knooppunt_oldest_waiting_seconds", said.oldest_waiting_s, "Age of the oldest undelivered activity"),
        ("knooppunt_parked", said.parked, "Deliveries that a server refused for good"),
    ):
        Gauge(name, words, registry=registry).set(value)
    return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


ROUTES = [Route("/health", health), Route("/metrics", metrics)]
