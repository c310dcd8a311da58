"""Bytes on the road: what a page says, and frames of entries that stand alone."""
