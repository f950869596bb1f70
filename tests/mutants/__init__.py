"""The test of the tests: seeded bugs are put into a copy of the product, and the tests must see."""
