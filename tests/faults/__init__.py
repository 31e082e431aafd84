"""What happens when something breaks: real processes, real sockets, and a ledger that tells what came of it.

Short in `make test`, in full with `make faults` (KNOOPPUNT_FAULTS=long).
"""
