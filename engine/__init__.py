"""The law of the house: pure decisions about cases, clocks, notices and proof."""
