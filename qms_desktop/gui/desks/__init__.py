"""The window's questions answered by a real office: one module per part of ``gui.desk``, no Qt in any of them."""
