from services.enrichment.app import create_app
from services.enrichment.settings import EnrichmentSettings
from shared.serving import run

if __name__ == "__main__":
    run("enrichment", EnrichmentSettings, create_app)
