import sys

from pydantic import ValidationError
from pydantic_settings import SettingsError

from services.notifier.app import create_app
from services.notifier.rules_file import RulesFault
from services.notifier.settings import NotifierSettings
from shared.serving import serve


def main() -> None:
    try:
        settings = NotifierSettings()
        app = create_app(settings)
    except RulesFault as fault:
        sys.exit(str(fault))
    except SettingsError as error:
        sys.exit(f"The notifier's settings cannot be read: {error}. Its values are JSON.")
    except ValidationError as error:
        sys.exit(_bad_setting(error))
    serve(app, "notifier", settings)


def _bad_setting(error: ValidationError) -> str:
    """Without what was given: it may be a secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    variable = f"NOTIFIER_{first['loc'][0]}".upper() if first["loc"] else "NOTIFIER_…"
    where = "".join(f", {part}" for part in first["loc"][1:])
    fault = first["msg"].removeprefix("Value error, ")
    return f"The setting {variable}{where} is not usable: {fault}."


if __name__ == "__main__":
    main()
