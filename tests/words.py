"""The catalogues, read once for all tests of a worker: reading the four takes a fifth of a second."""

from web.i18n import load_catalogues

CATALOGUES = load_catalogues()
