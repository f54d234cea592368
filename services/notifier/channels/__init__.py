"""Ways to an agency, one file a channel."""
