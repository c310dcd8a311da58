"""The exchange as a file: packets on a USB stick, and the sealed attachments beside them."""
