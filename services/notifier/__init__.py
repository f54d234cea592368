"""Knows which agency must know what, and sees to it that they were told."""
