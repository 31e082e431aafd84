"""`python -m web.cli`: the command line from a checkout."""

from web.cli import main

main(prog_name="knooppunt")
