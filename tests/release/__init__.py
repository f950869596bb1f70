"""The proof of a release: its goals, the parts that were taken, and the page that says so."""
