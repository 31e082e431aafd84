"""The gate: a request to an inbox is judged, saved, and answered 202 only once it is saved."""

from inbox.receive.receiver import Answer, Receiver

__all__ = ["Answer", "Receiver"]
