"""Proof: properties, models, recorded histories and attacks, checked on whole played cases."""
