"""What intake answers over HTTP."""
