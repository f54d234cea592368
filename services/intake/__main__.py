import sys

from pydantic import ValidationError
from pydantic_settings import SettingsError

from services.intake.app import create_app
from services.intake.settings import IntakeSettings
from shared.serving import serve


def main() -> None:
    try:
        settings = IntakeSettings()
        app = create_app(settings)
    except SettingsError as error:
        sys.exit(f"Intake's settings can't be read: {error}. INTAKE_TOKENS is a JSON object, source → token.")
    except ValidationError as error:
        sys.exit(_bad_setting(error))
    serve(app, "intake", settings)


def _bad_setting(error: ValidationError) -> str:
    """Without what was given: it may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    variable = f"INTAKE_{first['loc'][0]}".upper() if first["loc"] else "INTAKE_TOKENS"
    return f"The setting {variable} can't be used: {first['msg'].removeprefix('Value error, ')}."


if __name__ == "__main__":
    main()
