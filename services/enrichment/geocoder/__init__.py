"""Where a report happened: names in Swedish text, a pin on the map, and how sure we can be."""

from services.enrichment.geocoder.geocoder import Geocoder
from services.enrichment.geocoder.located import Considered, Located

__all__ = ["Considered", "Geocoder", "Located"]
