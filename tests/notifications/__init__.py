"""What is promised about mail: its words, its privacy, its delivery."""
