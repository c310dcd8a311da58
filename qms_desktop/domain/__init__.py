"""The rules of the office: standard library only; no Qt, no SQL, no PDF, no network."""
