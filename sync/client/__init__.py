"""The office PC side: when and how to synchronise."""
