"""Makes a gazetteer folder out of open registers and maps: what `vardkase gazetteer build` does."""
