"""Attachments: sealed, named by their hash, cut into chunks; and the shelf where their bytes lie."""
