"""How the server's tables came to be what they are: one step for each change, the same for SQLite and PostgreSQL."""
