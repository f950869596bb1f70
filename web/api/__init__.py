"""The JSON API of a house: the use cases of the commands and the pages, for other programs."""
