"""What each move of a dossier does: one module per kind of move; ``usecases.progress`` is the one door to them."""
