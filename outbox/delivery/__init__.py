"""Delivery: one ordered lane per authority over the outgoing log."""
