"""The terminal interface: screens and widgets over the rest of the bench."""
