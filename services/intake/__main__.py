from services.intake.app import start
from services.intake.settings import IntakeSettings
from shared.serving import run

if __name__ == "__main__":
    run("intake", IntakeSettings, start)
