from services.enrichment.app import create_app
from services.enrichment.settings import EnrichmentSettings
from shared.serving import serve


def main() -> None:
    settings = EnrichmentSettings()
    serve(create_app(settings), "enrichment", settings)


if __name__ == "__main__":
    main()
