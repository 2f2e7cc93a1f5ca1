"""Stand-ins for outside registers, for development and tests: they answer on loopback alone."""
