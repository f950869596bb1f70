"""The processes as declared, and the wiring that runs them."""
