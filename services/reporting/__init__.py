"""Knows the common picture: what has happened, what is expected, how often to meet, what is said and what is true."""
