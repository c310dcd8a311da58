"""One module per noun, one function per command: check the rules, then change."""
