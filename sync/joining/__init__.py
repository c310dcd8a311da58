"""How a PC becomes one of a unit and shows it at every request, in words a person can copy."""
