"""What can be written after each command; a module for each that does it, and of the same name."""
