from services.reporting.app import create_app
from services.reporting.settings import Settings
from shared.serving import serve


def main() -> None:
    settings = Settings()
    serve(create_app(settings), "reporting", settings)


if __name__ == "__main__":
    main()
