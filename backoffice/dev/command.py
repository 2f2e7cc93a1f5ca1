"""The `backoffice` command of a clone: it works on the data of `make run`."""

from backoffice.cli import main
from backoffice.dev.environment import adopt

if __name__ == "__main__":
    adopt()
    main(prog_name="backoffice")
