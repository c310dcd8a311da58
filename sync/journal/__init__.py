"""One entry of history, who signed it, and what follows from all entries: the state, and the log that keeps both."""
