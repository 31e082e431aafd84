"""How people and machines come in: pages, documents, command line; the top floor, which ties everything together."""

__version__ = "0.1.0"
