"""Who lacks what, and taking it: two sides hand each other the entries the other does not hold."""
