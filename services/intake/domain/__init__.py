"""What may come in, and what becomes of it. Pure: no input or output, and time is an argument."""
