"""Commands run on the server itself, one file per group."""
