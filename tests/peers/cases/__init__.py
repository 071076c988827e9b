"""One module a file of oracle cases; each has a function record(recorder)."""
