"""Open311 GeoReport v2: what is asked, what is answered, and who may see what. Pure."""
