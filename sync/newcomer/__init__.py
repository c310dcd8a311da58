"""A new PC's first half minute: the newest records as a snapshot that lies under the journal until the history is here."""
