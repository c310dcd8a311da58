"""The provincial server."""
