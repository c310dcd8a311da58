"""The synchronisation protocol; knows nothing of the desktop."""
