"""Clients in use are served as they are: FixMyStreet's, which speaks XML, and georeport, which reads both."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import xmltodict
from georeport import GeoReport
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake import store
from shared.categories import CategoryCode
from shared.events import FollowStatus, ReportStatusChanged
from tests.support.open311 import BASE, GRAFFITI, make_key
from tests.support.served import served_intake

HTTP = httpx.Client(timeout=30, verify=False)
# What FixMyStreet's client reads as lists, whatever their number.
LISTS = ("service", "attribute", "value", "request", "error", "request_update")


def in_database(dsn: str, work: Callable[[Any], Any]) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(dsn, server_settings={"search_path": "intake"})
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def address(postgres_dsn: str) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        with served_intake(postgres_dsn, open311_open_to_all=["vandalism"]) as url:
            yield url + BASE


@pytest.fixture(scope="module")
def key(postgres_dsn: str, address: str) -> str:
    assert address
    return str(in_database(postgres_dsn, make_key))


class FixMyStreet:
    """The requests that perllib/Open311.pm sends, and what it makes of the answers."""

    def __init__(self, endpoint: str, api_key: str) -> None:
        self._endpoint, self._key = f"{endpoint}/", api_key

    def get(self, path: str, **query: str) -> Any:
        return self._read(HTTP.get(self._endpoint + path, params={**query, "jurisdiction_id": "1983"}))

    def post(self, path: str, fields: dict[str, str]) -> Any:
        form = {**fields, "jurisdiction_id": "1983", "api_key": self._key}
        return self._read(HTTP.post(self._endpoint + path, data=form))

    def updates(self, start: datetime, end: datetime) -> list[dict[str, str]]:
        times = {"start_date": _w3(start), "end_date": _w3(end)}
        answer = self.get("servicerequestupdates.xml", api_key=self._key, **times)
        found = (answer["service_request_updates"] or {}).get("request_update", [])
        return [update for update in found if _w3(start) <= _in_utc(update["updated_datetime"]) <= _w3(end)]

    @staticmethod
    def _read(answer: httpx.Response) -> Any:
        assert answer.is_success, answer.text
        return xmltodict.parse(answer.content, force_list=LISTS)


def _w3(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _in_utc(text: str) -> str:
    return _w3(datetime.fromisoformat(text))


def test_fixmystreet_reads_services_and_their_questions(address: str, key: str) -> None:
    client = FixMyStreet(address, key)
    services = client.get("services.xml")["services"]["service"]
    assert [each["service_code"] for each in services] == [code.value for code in CategoryCode]
    assert all(each["service_name"] and each["metadata"] == "true" for each in services)
    for each in services:
        definition = client.get(f"services/{each['service_code']}.xml")["service_definition"]
        attributes = definition["attributes"]["attribute"]
        assert [int(attribute["order"]) for attribute in attributes] == list(range(1, len(attributes) + 1))
        for attribute in attributes:
            assert attribute["description"]
            assert (attribute["datatype"] == "singlevaluelist") == ("values" in attribute)


def test_fixmystreet_sends_a_report_and_hears_of_it(address: str, key: str, postgres_dsn: str) -> None:
    client = FixMyStreet(address, key)
    sent = client.post(
        "requests.xml",
        {
            "description": "Titel: Klotter\n\nBeskrivning: På muren & <bron>\n\nLänk till ärendet: https://fms.se/report/7\n\n"
            "Skickad via FixaMinGata\n",
            "service_code": "vandalism",
            "first_name": "Kim",
            "last_name": "",
            "email": "kim@exempel.se",
            "phone": "+46701740605",
            "lat": "59.51168",
            "long": "15.99533",
            "media_url": "https://fms.se/photo/7.0.full.jpeg",
            "deviceid": "iphone",
            "attribute[ongoing]": "no",
            "attribute[fixmystreet_id]": "7",
            "attribute[occurred_at]": "",
        },
    )
    request_id = sent["service_requests"]["request"][0]["service_request_id"]
    text = in_database(
        postgres_dsn,
        lambda it: it.fetchval(
            "SELECT description FROM open311_request WHERE report_id = $1", UUID(request_id)
        ),
    )
    assert text.startswith("Titel: Klotter\n\nBeskrivning: På muren & <bron>")
    assert text.endswith("Det är över nu.")
    now = datetime.now(UTC)
    for status in (FollowStatus.ASSESSED, FollowStatus.CLOSED):
        news = ReportStatusChanged(
            municipality="1983", report_id=UUID(request_id), status=status, at=datetime.now(UTC)
        )
        in_database(postgres_dsn, lambda it, news=news: store.insert_statuses(it, [news]))
    updates = client.updates(now - timedelta(hours=2), now + timedelta(minutes=1))
    mine = [update for update in updates if update["service_request_id"] == request_id]
    assert [update["status"] for update in mine] == ["INVESTIGATING", "CLOSED"]
    assert all(update["update_id"] and update["description"] for update in mine)


def test_fixmystreet_sends_word_about_its_report(address: str, key: str) -> None:
    client = FixMyStreet(address, key)
    sent = client.post("requests.xml", {**GRAFFITI})  # type: ignore[dict-item]
    request_id = sent["service_requests"]["request"][0]["service_request_id"]
    word = {
        "updated_datetime": _w3(datetime.now(UTC)),
        "service_request_id": request_id,
        "status": "OPEN",
        "description": "Nu är det mer.",
        "last_name": "-",
        "first_name": "Kim",
        "email": "kim@exempel.se",
        "update_id": "12",
    }
    first, again = (client.post("servicerequestupdates.xml", word) for _ in range(2))
    assert first == again
    assert first["service_request_updates"]["request_update"][0]["update_id"]


def test_fixmystreet_is_told_what_is_wrong(address: str) -> None:
    refused = HTTP.post(f"{address}/requests.xml", data={**GRAFFITI, "api_key": "no"})
    told = xmltodict.parse(refused.content, force_list=LISTS)["errors"]["error"]
    assert (refused.status_code, told) == (
        403,
        [{"code": "403", "description": "Invalid api_key received."}],
    )


@pytest.mark.parametrize("form", ["json", "xml"])
def test_georeport_reads_all_there_is(address: str, key: str, form: str) -> None:
    client = GeoReport(address, jurisdiction="1983", output_format=form)
    for number in range(2):
        again = {**GRAFFITI, "api_key": key, "description": f"Klotter nummer {number}, {form}."}
        sent = HTTP.post(f"{address}/requests.json", data=again).json()
    services = client.get_service_list()
    assert {each["service_code"] for each in services} == {code.value for code in CategoryCode}
    definition = client.get_service_definition("fire")
    assert definition["service_code"] == "fire"
    assert definition["attributes"]
    day = timedelta(days=1)
    found = client.get_service_requests(
        service_code="vandalism,fire",
        start_date=_w3(datetime.now(UTC) - day),
        end_date=_w3(datetime.now(UTC) + day),
        status="open",
    )
    assert sent[0]["service_request_id"] in {each["service_request_id"] for each in found}
    one = client.get_service_request(sent[0]["service_request_id"])
    assert (one["status"], one["service_code"], one["description"]) == ("open", "vandalism", None)
    assert (float(one["lat"]), float(one["long"])) == (59.512, 15.995)


NAMES = st.sampled_from(
    [
        "jurisdiction_id", "api_key", "service_request_id", "service_code", "start_date", "end_date", "status", "page",
        "page_size", "updated_after", "updated_before", "locale", "lat", "long", "address_string", "address_id", "email",
        "device_id", "account_id", "first_name", "last_name", "phone", "description", "media_url", "attribute[ongoing]",
        "attribute[x][]", "attribute[occurred_at]", "update_id", "updated_datetime", "x",
    ]
)  # fmt: skip
NEAR = st.sampled_from(
    [
        "1983", "fire", "fire,theft", "open", "OPEN", "closed,open", "1", "0", "-1", "99999999999", "²", "2026-11-23",
        "2026-11-23T14:05:00Z", "2026-11-23T14:05:00+01:00", "2026-11-23T14:05:00 01:00", "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59", "2026-W01-1", "59.5", "1e400", "nan", "-0", "01a20727-5fc5-737d-beab-671a358acf84",
        "0" * 36, "kim@exempel.se", "070-174 06 05", "http://a.se/b", "http://[", "yes", "\ufffe", "\x0b", "\r\n", "&<>]]>", "",
    ]
)  # fmt: skip
CODES = st.text(max_size=6).map(lambda code: f"attribute[{code}]")
FIELDS = st.lists(st.tuples(NAMES | CODES, NEAR | st.text(max_size=30)), max_size=8)
GETS = st.sampled_from(
    ["discovery", "services", "services/fire", "services/x", "requests", "requests/x", "tokens/x", "servicerequestupdates", "y"]
)  # fmt: skip
FUZZ = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_answered(answer: httpx.Response) -> None:
    assert answer.status_code in {200, 400, 403, 404, 405, 413}, answer.text
    if answer.headers["content-type"].startswith("text/xml"):
        xmltodict.parse(answer.content)
    else:
        answer.json()


@FUZZ
@given(GETS, st.sampled_from(["", ".xml", ".json", ".pdf"]), FIELDS, st.booleans())
def test_whatever_is_asked_is_answered(
    address: str, key: str, path: str, form: str, fields: list[tuple[str, str]], known: bool
) -> None:
    query = [*fields, ("api_key", key)] if known else fields
    assert_answered(HTTP.get(f"{address}/{path}{form}", params=query))


@FUZZ
@given(st.sampled_from(["requests", "servicerequestupdates", "services"]), FIELDS, st.booleans())
def test_whatever_is_posted_is_answered(
    address: str, key: str, path: str, fields: list[tuple[str, str]], in_parts: bool
) -> None:
    whole = {**GRAFFITI, **dict(fields), "api_key": key}
    body: dict[str, Any] = (
        {"files": {name: (None, value) for name, value in whole.items()}} if in_parts else {"data": whole}
    )
    assert_answered(HTTP.post(f"{address}/{path}.xml", **body))


@FUZZ
@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "multipart/form-data; boundary=b; charset=x",
            "application/json",
            "",
        ]
    ),
)
def test_whatever_bytes_come_are_answered(address: str, body: bytes, kind: str) -> None:
    wrapped = b"--b\r\nContent-Disposition: form-data; name=" + body + b"\r\n\r\n" + body + b"\r\n--b--\r\n"
    for content in (body, wrapped):
        answer = HTTP.post(f"{address}/requests.xml", content=content, headers={"content-type": kind})
        assert answer.status_code in {400, 403}
        assert_answered(answer)


@FUZZ
@given(st.binary(max_size=60))
def test_whatever_stands_in_the_query_is_answered(address: str, query: bytes) -> None:
    raw = query.replace(b"#", b"").decode("latin-1").encode("ascii", "ignore")
    kept = bytes(byte for byte in raw if 0x21 <= byte <= 0x7E)
    assert_answered(
        HTTP.get(
            httpx.URL(f"{address}/requests.xml").copy_with(raw_path=BASE.encode() + b"/requests.xml?" + kept)
        )
    )


def test_too_much_is_refused(address: str, key: str) -> None:
    refused = HTTP.post(f"{address}/requests.xml", data={**GRAFFITI, "api_key": key, "x": "å" * 70_000})
    assert refused.status_code == 413
    assert b"<errors><error><code>413</code>" in refused.content
    many = [(f"attribute[{number}]", "x") for number in range(300)]
    form = httpx.QueryParams([*many, ("api_key", key)])
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert HTTP.post(f"{address}/requests.xml", content=str(form), headers=kind).status_code == 400
