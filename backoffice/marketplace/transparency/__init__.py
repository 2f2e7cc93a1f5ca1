"""The European transparency database: each statement of reasons is declared there (DSA 24(5))."""
