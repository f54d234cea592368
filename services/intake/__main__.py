from services.intake.app import create_app
from services.intake.settings import IntakeSettings
from shared.serving import run

if __name__ == "__main__":
    run("intake", IntakeSettings, create_app)
