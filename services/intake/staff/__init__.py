"""Who works at the municipality: signing in, and what they look at here."""
