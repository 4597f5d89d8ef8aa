"""`python -m appservice`: the same as `matrix-ppv`."""

from appservice.cli import main

main()
