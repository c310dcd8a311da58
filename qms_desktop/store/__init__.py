"""Everything SQL on the PC: the one write path, the journal, lists and search."""
