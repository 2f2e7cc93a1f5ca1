"""`make code`: the present second-factor code of each demo sign-in."""

import json
import sys

import pyotp

from backoffice.dev.environment import LOCAL


def main() -> None:
    """Print a line per person: role, address, code."""
    file = LOCAL / "demo.json"
    if not file.exists():
        sys.exit("There is no demo data: `make run` makes it.")
    for person in json.loads(file.read_text())["staff"]:
        code = pyotp.TOTP(person["totp_secret"]).now()
        print(f"{person['role']:<10} {person['email']:<36} {code}")


if __name__ == "__main__":
    main()
