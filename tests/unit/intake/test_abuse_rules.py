"""The pure rules against abuse: whose address, how full, how alike, and what becomes of what is doubted."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import altcha
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.abuse.addresses import client_address, host_of, network_of, subject
from services.intake.abuse.alike import alike_keys
from services.intake.abuse.buckets import Charged, Limit, admitted
from services.intake.abuse.challenge import Load, cost_under, new_challenge, solved, stamp, stamped_at
from services.intake.abuse.judging import Reason, State, judge, tells_of_danger
from services.intake.abuse.settings import AbuseSettings
from services.intake.domain.acceptance import accept
from services.intake.domain.emergency import Danger
from services.intake.domain.submission import Submission
from shared.categories import CategoryCode
from shared.events import Source

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = "a-key-for-challenges"
PROXIES = (ip_network("10.0.0.0/8"), ip_network("2001:db8::/32"))
ADDRESSES = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("192.0.2.7", ["198.51.100.1"], "192.0.2.7"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["203.0.113.9", "198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", ["[2001:470::1]:4711"], "2001:470::1"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("::ffff:10.0.0.1", ["::ffff:198.51.100.1"], "198.51.100.1"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(peer: str, forwarded: list[str], found: str) -> None:
    assert client_address(peer, forwarded, PROXIES) == ip_address(found)


@given(st.lists(st.text(max_size=60), max_size=5), ADDRESSES)
def test_nobody_chooses_an_address_by_a_header_without_a_trusted_proxy(
    forwarded: list[str], peer: IPv4Address | IPv6Address
) -> None:
    expected = peer.ipv4_mapped or peer if isinstance(peer, IPv6Address) else peer
    assert client_address(str(peer), forwarded, ()) == expected


def test_the_test_clients_name_is_no_address() -> None:
    assert client_address("testclient", [], ()) is None


def test_an_ipv6_customer_is_one_address_and_a_network_is_48_bits() -> None:
    one, two, far = (ip_address(f"2001:470:1:{last}") for last in ("a::1", "a::2", "b::1"))
    assert host_of(one) == host_of(two) != host_of(far)
    assert network_of(one) == network_of(far)
    assert network_of(ip_address("192.0.2.7")) == network_of(ip_address("192.0.2.200"))


@given(st.binary(min_size=16, max_size=32), st.binary(min_size=16, max_size=32), st.binary(max_size=16))
def test_a_digest_says_nothing_with_another_days_salt(one: bytes, other: bytes, address: bytes) -> None:
    assert subject(one, "address", address) == subject(one, "address", address)
    assert subject(one, "address", address) != subject(one, "network", address)
    if one != other:
        assert subject(one, "address", address) != subject(other, "address", address)


@given(st.integers(0, 500), st.floats(0, 1000), st.integers(0, 400), st.floats(0.01, 100))
def test_no_more_go_in_than_there_is_room_for(reports: int, used: float, burst: int, each_s: float) -> None:
    went_in = admitted(reports, used, Limit(burst, each_s))
    assert 0 <= went_in <= reports
    assert went_in == 0 or used + went_in <= burst + 0.001
    assert went_in == reports or used + went_in + 1 > burst


def test_who_is_turned_away_is_told_when_there_is_room() -> None:
    assert Charged(False, 120.0).retry_after_s(Limit(120, 10)) == 10
    assert Charged(False, 119.2).retry_after_s(Limit(120, 10)) == 2


@given(st.sets(st.sampled_from(list(Reason))), st.booleans())
def test_danger_is_never_held_and_nothing_is_ever_refused(reasons: set[Reason], is_danger: bool) -> None:
    found = judge(reasons, is_danger=is_danger, now=NOW, release_after=timedelta(minutes=10))
    assert found is None or found.state in {State.HELD, State.PASSED}
    if is_danger:
        assert found is None or found.state is State.PASSED
    if Reason.BURST in reasons and not is_danger:
        assert found
        assert (found.state, found.release_at) == (State.HELD, None)


@pytest.mark.parametrize(
    ("reasons", "is_often", "is_held"),
    [
        ([Reason.NO_WORK], False, False),
        ([Reason.NO_WORK], True, True),
        ([Reason.NO_WORK, Reason.TOO_FAST], False, True),
        ([Reason.NO_WORK, Reason.TRAP], False, True),
        ([Reason.TOO_FAST], True, False),
        ([Reason.TRAP], False, True),
    ],
)
def test_a_form_without_script_waits_only_together_with_something_else(
    reasons: list[Reason], is_often: bool, is_held: bool
) -> None:
    after = timedelta(minutes=10)
    found = judge(reasons, is_danger=False, now=NOW, release_after=after, is_often=is_often)
    assert (found is not None) is is_held
    if found:
        assert (found.state, found.release_at) == (State.HELD, NOW + after)


@pytest.mark.parametrize(
    ("text", "category", "danger", "expected"),
    [
        ("Det brinner i huset", None, None, True),
        ("Någon har en kniv på torget", None, None, True),
        ("Något händer", CategoryCode.FIRE, None, True),
        ("Något händer", None, Danger.YES, True),
        ("Det brinner i huset", None, Danger.NO, True),
        ("En man med pistol på torget", None, Danger.UNKNOWN, True),
        ("Slagsmål i lördags", None, None, True),
        ("Klotter på muren", CategoryCode.VANDALISM, Danger.NO, False),
        ("Köp billiga klockor", None, None, False),
    ],
)
def test_danger_is_told_by_words_category_or_answer(
    text: str, category: CategoryCode | None, danger: Danger | None, expected: bool
) -> None:
    event = accept(Submission(text=text, category=category), Source.CITIZEN, "1983", NOW).event
    assert tells_of_danger(event, danger) is expected


SPAM = "Köp billiga klockor hos oss nu, fantastiska priser och snabb leverans till hela Sverige varje dag"


def test_the_same_words_with_other_numbers_and_signs_are_alike() -> None:
    assert alike_keys(SPAM) == alike_keys(f"{SPAM.upper()}!!! 4711")


def test_of_nearly_the_same_text_most_share_a_key_and_other_reports_do_not() -> None:
    words = SPAM.split()
    changed = [" ".join([*words[:at], f"ord{chr(97 + at)}", *words[at + 1 :]]) for at in range(len(words))]
    sharing = sum(bool(set(alike_keys(SPAM)) & set(alike_keys(each))) for each in changed)
    assert sharing >= len(changed) / 2
    others = [
        "Klotter på väggen vid stationen i Köping, någon har målat med röd färg i natt",
        "En gatlykta är trasig vid korsningen Storgatan och Glasgatan sedan i måndags",
        "Ungdomar samlas vid skolan varje kväll och spelar hög musik till sent",
        "Det ligger mycket skräp vid återvinningen i Kolsva och det luktar illa",
    ]
    keys = [key for each in others for key in set(alike_keys(each))]
    assert len(keys) == len(set(keys))


def test_what_many_people_write_in_few_words_is_no_burst() -> None:
    assert alike_keys("Strömmen är borta i hela Kolsva!") == ()


@given(st.text(max_size=3000))
def test_any_text_has_its_keys(text: str) -> None:
    assert alike_keys(text) == alike_keys(text)


def solution(cost: int = 1, key: str = KEY) -> str:
    challenge = altcha.Challenge.from_dict(new_challenge(key, cost, datetime.now(UTC), timedelta(minutes=5)))
    found = altcha.solve_challenge(challenge)
    assert found
    return altcha.Payload(challenge, found).to_base64()


def test_a_solution_is_good_for_our_challenge_until_its_time_is_over() -> None:
    made, now = solution(), datetime.now(UTC)
    found = solved(made, KEY, now)
    assert found
    assert solved(made, KEY, now) == found
    assert solved(made, KEY, now + timedelta(minutes=6)) is None
    assert solved(solution(key="another-key-0123456"), KEY, now) is None


@given(st.one_of(st.text(max_size=300), st.binary(max_size=300).map(lambda raw: raw.decode("latin-1"))))
def test_nonsense_is_no_solution(text: str) -> None:
    assert solved(text, KEY, NOW) is None


@given(st.floats(0, 1e9), st.integers(1, 1000), st.integers(0, 5000), st.integers(1, 10_000))
def test_the_cost_rises_with_the_load_and_stays_in_its_range(
    load: float, lowest: int, more: int, calm: int
) -> None:
    cost = cost_under(load, lowest, lowest + more, calm)
    assert lowest <= cost <= lowest + more
    assert cost_under(load * 2, lowest, lowest + more, calm) >= cost
    assert cost_under(calm, lowest, lowest + more, calm) == lowest


def test_the_load_of_a_flood_is_forgotten_when_it_is_over() -> None:
    at = [0.0]
    load = Load(lambda: at[0])
    assert max(load.count() for _ in range(600)) > 500
    at[0] = 600
    assert load.count() < 2


def test_when_a_form_was_shown_can_be_said_by_nobody_else() -> None:
    made = stamp(KEY, NOW)
    assert stamped_at(made, KEY, NOW) == NOW
    assert stamped_at(f"1{made}", KEY, NOW) is None
    assert stamped_at("", KEY, NOW) is None
    assert stamped_at("²." + made, KEY, NOW) is None


def test_networks_are_read_as_operators_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTAKE_ABUSE_TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.7")
    assert AbuseSettings().trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("192.0.2.7/32"))
