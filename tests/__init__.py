"""What Waymark promises, and the proof; never installed with it."""
