"""The gate: a request to an inbox is judged, saved, and answered 202 only once it is saved."""

from inbox.receive.answers import Answer
from inbox.receive.receiver import Receiver

__all__ = ["Answer", "Receiver"]
