"""One short module per screen, mostly data: fields, columns, commands, forms."""
