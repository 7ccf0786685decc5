"""One file a format: `read(text)` parses what stands in one file into records, without deciding anything about them."""
