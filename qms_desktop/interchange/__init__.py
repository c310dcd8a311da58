"""Files of other programs in and out: national exports, Excel, Word."""
