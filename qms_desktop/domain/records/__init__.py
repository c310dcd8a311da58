"""One module per kind of record: its fields, states, transitions and rules."""
