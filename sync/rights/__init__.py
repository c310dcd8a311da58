"""Who may make which entry, judged by the set of entries; what becomes of those that do not stand; how a revoked PC ends."""
