from datetime import timedelta

import pytest

from services.notifier.domain.receipts import replaces
from shared.events import ReceiptStatus
from tests.support.incidents import NOON

SOON = NOON + timedelta(minutes=1)
DELIVERED, SEEN, ACCEPTED, DECLINED = ReceiptStatus


@pytest.mark.parametrize("status", ReceiptStatus)
def test_the_first_receipt_counts(status: ReceiptStatus):
    assert replaces(status, NOON, None, None)


def test_a_receipt_never_takes_back_a_farther_one():
    assert replaces(SEEN, NOON, DELIVERED, SOON)
    assert not replaces(DELIVERED, SOON, SEEN, NOON)
    assert not replaces(SEEN, SOON, ACCEPTED, NOON)


def test_between_accepted_and_declined_the_later_word_holds():
    assert replaces(DECLINED, SOON, ACCEPTED, NOON)
    assert not replaces(DECLINED, NOON, ACCEPTED, SOON)


def test_the_same_receipt_again_changes_nothing():
    assert not replaces(SEEN, SOON, SEEN, NOON)
