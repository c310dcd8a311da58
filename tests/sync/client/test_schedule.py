"""When the next round is due."""

from __future__ import annotations

from sync.client.schedule import Rhythm, Schedule

NOW = 1_000_000
RHYTHM = Rhythm()


def after_a_good_round() -> Schedule:
    schedule = Schedule(RHYTHM, NOW)
    schedule.began()
    schedule.succeeded(NOW, 0.5)
    return schedule


def test_asking_during_a_round_brings_another_one_at_once() -> None:
    for end in ("good", "bad"):
        schedule = Schedule(Rhythm(), NOW)
        schedule.began()
        schedule.wake(NOW)
        schedule.succeeded(NOW, 0.5) if end == "good" else schedule.failed(NOW, 0.5)
        assert schedule.wait(NOW) == 0
        schedule.began()
        schedule.succeeded(NOW, 0.5)
        assert schedule.wait(NOW) > 0


def test_the_first_round_is_due_at_once() -> None:
    assert Schedule(RHYTHM, NOW).wait(NOW) == 0


def test_rounds_are_spread_around_the_interval() -> None:
    waits = set()
    for chance in (0.0, 0.5, 0.999):
        schedule = Schedule(RHYTHM, NOW)
        schedule.succeeded(NOW, chance)
        waits.add(schedule.wait(NOW))
    assert len(waits) == 3
    assert all(0.8 * RHYTHM.every <= wait <= 1.2 * RHYTHM.every for wait in waits)


def test_a_burst_of_changes_goes_together_but_not_for_ever() -> None:
    schedule = after_a_good_round()
    for moment in range(NOW, NOW + 60_000, 1_000):
        schedule.changed(moment)
        if schedule.wait(moment) == 0:
            break
    assert moment == NOW + RHYTHM.settle_most


def test_a_single_change_waits_two_seconds() -> None:
    schedule = after_a_good_round()
    schedule.changed(NOW)
    assert schedule.wait(NOW) == 2_000


def test_a_change_during_a_round_follows_soon() -> None:
    schedule = Schedule(RHYTHM, NOW)
    schedule.began()
    schedule.changed(NOW + 10)
    schedule.succeeded(NOW + 500, 0.5)
    assert schedule.wait(NOW + 500) == RHYTHM.settle


def test_faults_double_the_pause_up_to_a_limit_and_a_good_round_forgets_them() -> None:
    schedule = Schedule(RHYTHM, NOW)
    waits = []
    for _ in range(12):
        schedule.failed(NOW, 0.0)
        waits.append(schedule.wait(NOW))
    assert waits[:3] == [4_000, 8_000, 16_000]
    assert waits[-1] == RHYTHM.most
    schedule.succeeded(NOW, 0.5)
    schedule.failed(NOW, 0.0)
    assert schedule.wait(NOW) == 4_000


def test_without_a_line_it_looks_again_every_minute() -> None:
    schedule = Schedule(RHYTHM, NOW)
    for _ in range(12):
        schedule.failed(NOW, 0.0, offline=True)
    assert schedule.wait(NOW) == RHYTHM.offline_most


def test_changes_do_not_hurry_a_server_that_asked_to_wait() -> None:
    schedule = Schedule(RHYTHM, NOW)
    schedule.failed(NOW, 0.0, asked_s=30)
    schedule.changed(NOW)
    assert schedule.wait(NOW) == 30_000


def test_a_person_does() -> None:
    schedule = Schedule(RHYTHM, NOW)
    schedule.failed(NOW, 0.0, asked_s=30)
    schedule.wake(NOW)
    assert schedule.wait(NOW) == 0


def test_a_clock_set_back_a_day_does_not_put_the_round_off() -> None:
    schedule = after_a_good_round()
    assert schedule.wait(NOW - 86_400_000) == 0
