"""Whole journeys through real processes and real sockets, everything on this machine."""
