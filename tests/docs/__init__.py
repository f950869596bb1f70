"""What the documents say is what the program is and does."""
