"""`python -m ui`: the same as the command `routewijzer`."""

from ui.cli import main

main()
