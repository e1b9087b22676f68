"""Published channels, as data."""
