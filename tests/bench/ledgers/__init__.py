"""Ways to post one entry of three lines, each a program: `-m tests.bench.ledgers.NAME URL …`."""
