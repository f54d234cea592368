"""Whom to ring first: said by the same words on the page and on the server, and never in the way."""

import json
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.frontend import wheel_folder
from services.intake.domain.emergency import Danger, Number, emergency_words, number_to_ring
from services.intake.routes.html import WEB_FOLDER

EMERGENCIES = (
    "Det brinner i en container bakom Ica",
    "En man viftar med kniv på torget",
    "Hon andas inte!",
    "Två bilar har krockat på E18, en person blöder",
    "The house is on fire",
    "Någon har ramlat i vattnet vid hamnen",
    "Tåget har spårat ur vid stationen",
)
CALM = (
    "Klotter på stationen",
    "Grannsämjan har spårat ur",
    "Trasig belysning vid gångtunneln",
    "Det brinner inte längre",
    "En container brann i går, den är släckt",
    "Fönster krossat, ingen är skadad",
    "Graffiti on the bus shelter",
    "",
    "Brinnande intresse för kommunens parker",
)
OTHERS = {
    "Min cykel är stulen": Number.POLICE,
    "Jag blev rånad i går": Number.POLICE,
    "My bike was stolen": Number.POLICE,
    "Grannen mår dåligt och har feber": Number.CARE,
}


@pytest.mark.parametrize("text", EMERGENCIES)
def test_what_goes_on_is_turned_to_112(text: str) -> None:
    assert number_to_ring(text) is Number.EMERGENCY


@pytest.mark.parametrize("text", CALM)
def test_what_is_calm_is_left_alone(text: str) -> None:
    assert number_to_ring(text) is None


@pytest.mark.parametrize(("text", "number"), OTHERS.items())
def test_what_is_over_or_milder_is_turned_to_another_number(text: str, number: Number) -> None:
    assert number_to_ring(text) is number


@given(st.text())
def test_the_answer_weighs_more_than_the_words(text: str) -> None:
    assert number_to_ring(text, Danger.YES) is Number.EMERGENCY
    assert number_to_ring(text, Danger.NO) is not Number.EMERGENCY


def test_the_page_says_what_the_server_says() -> None:
    texts = [
        *EMERGENCIES,
        *CALM,
        *OTHERS,
        "DET BRINNER!!!",
        "brinner\n\ninte",
        "Åskan slog ned; rök från taket",
        "112",
    ]
    script = f"""
        import {{ readFileSync }} from "node:fs";
        const source = readFileSync({json.dumps(str(WEB_FOLDER / "static" / "emergency.js"))}, "utf8");
        const page = await import("data:text/javascript," + encodeURIComponent(source));
        const words = {json.dumps(emergency_words().as_json())};
        const said = {json.dumps(texts)}.flatMap((text) =>
            ["yes", "no", ""].map((danger) => page.numberToRing(words, text, danger)));
        console.log(JSON.stringify(said));
    """
    ran = subprocess.run(
        [str(wheel_folder() / "bin" / "node"), "--input-type=module", "--eval", script],
        capture_output=True,
        text=True,
        check=True,
    )
    expected = [number_to_ring(text, danger) for text in texts for danger in (Danger.YES, Danger.NO, None)]
    assert json.loads(ran.stdout) == expected
