"""Users for jobs."""

from sandbox.backends.uids import PER_WORKER, Uids


def test_two_holders_never_share_a_user_and_a_range_is_given_back() -> None:
    first, second = Uids(), Uids()
    assert not set(first.users) & set(second.users)
    assert len(first.users) == len(second.users) == PER_WORKER
    freed = first.users
    first.close()
    third = Uids()
    assert third.users == freed
    second.close()
    third.close()
