"""Schema changes, forward only, run from code: no alembic.ini, no command to remember.

Each file in `versions/` is one step, named `NNNN_what.py` with revision id `NNNN`, so the newest one is known without
starting Alembic. A step may be run on SQLite and on PostgreSQL; it never goes back.

To write one: change the models, run `python -m tests.house.schema "what changes"`, read what it wrote.
"""
