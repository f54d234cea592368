from services.reporting.app import create_app
from services.reporting.settings import Settings
from shared.serving import run

if __name__ == "__main__":
    run("reporting", Settings, create_app)
