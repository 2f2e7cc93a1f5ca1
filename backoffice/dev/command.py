"""The `backoffice` command of a clone: it works on the data of `make run`."""

from backoffice.dev.environment import adopt


def main() -> None:
    """Run the command with the settings of `make run`, unless the environment has its own."""
    adopt()
    from backoffice.cli import main as command

    command(prog_name="backoffice")


if __name__ == "__main__":
    main()
