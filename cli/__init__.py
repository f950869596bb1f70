"""Commands: words in, words out; every rule lives below."""
