from services.intake.app import create_app
from services.intake.settings import IntakeSettings
from shared.serving import serve


def main() -> None:
    settings = IntakeSettings()
    serve(create_app(settings), "intake", settings)


if __name__ == "__main__":
    main()
