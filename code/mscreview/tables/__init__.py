"""Tables of the chapters, from the results: one module a subject, so that a chapter loads its own."""
