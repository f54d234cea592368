from services.notifier.app import create_app
from services.notifier.settings import NotifierSettings
from shared.serving import run

if __name__ == "__main__":
    run("notifier", NotifierSettings, create_app)
