"""Tests about the house itself: what may import what, how large a room is, what the documents promise."""
