"""Every figure we quote, printed with its ceiling in the same run. Nothing here is a test: machines differ."""
