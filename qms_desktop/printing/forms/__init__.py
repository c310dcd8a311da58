"""Official forms, one module per regulation and number."""
