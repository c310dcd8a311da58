"""The steps. A step that was ever released is not edited; what shall be different becomes the next step."""
