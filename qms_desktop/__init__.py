"""Quality management for one commune office: the desktop program, its rules, its store and its printed forms."""
