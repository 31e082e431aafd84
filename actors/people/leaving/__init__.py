"""Leaving: a copy of everything, and the end of everything."""
