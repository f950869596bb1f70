"""The directory is what was put into it last, and is read again only when somebody changed it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine.ports import Store
from engine.roles import Directory, Person
from store.house import DatabaseStore, open_store
from tests.store.conftest import AREA, SECRET

ANN = Person("ann@health.example", "Ann", "Health", frozenset({"agency_lead", "review_chair"}))
BOB = Person("bob@police.example", "Bob", "Police", frozenset({"police:deputy"}), "Elsewhere")


def put(store: Store, *people: Person) -> tuple[int, int, int]:
    with store.begin() as work:
        counts = work.people.put(people)
        work.commit()
    return counts


def directory(store: Store) -> Directory:
    with store.begin() as work:
        return work.people.directory()


def test_people_come_back_as_they_were_put(store: Store) -> None:
    assert put(store, BOB, ANN) == (2, 0, 0)
    assert directory(store) == Directory((ANN, BOB), AREA)


def test_an_import_twice_changes_nothing(store: Store) -> None:
    put(store, ANN, BOB)
    assert put(store, ANN, BOB) == (0, 0, 2)


def test_added_changed_and_left_alone_are_counted(store: Store) -> None:
    put(store, ANN, BOB)
    moved = Person(BOB.email, "Bob", "Probation")
    new = Person("cy@school.example", "Cy", "School")
    assert put(store, ANN, moved, new) == (1, 1, 1)
    assert directory(store).people == (ANN, moved, new)


def test_nobody_is_removed(store: Store) -> None:
    put(store, ANN)
    put(store, BOB)
    assert directory(store).people == (ANN, BOB)


def test_an_address_is_the_same_in_any_case(store: Store) -> None:
    put(store, ANN)
    assert put(store, Person(" Ann@Health.EXAMPLE ", ANN.name, ANN.agency, ANN.roles)) == (0, 0, 1)


def test_a_change_of_another_process_is_seen(house: DatabaseStore, database_url: str) -> None:
    """Two processes of one house: what one puts, the other's next unit of work knows."""
    assert directory(house).people == ()
    other = open_store(database_url, secret=SECRET)
    put(other, ANN)
    other.close()
    assert directory(house).people == (ANN,)


def reads_of_people(house: DatabaseStore) -> int:
    told: list[str] = []
    house.database.watch = told.append
    directory(house)
    house.database.watch = None
    return sum("FROM person" in sql for sql in told)


def test_an_unchanged_directory_is_not_read_again(house: DatabaseStore) -> None:
    put(house, ANN)
    assert [reads_of_people(house) for _ in range(3)] == [1, 0, 0]
    put(house, ANN)
    assert reads_of_people(house) == 0
    put(house, BOB)
    assert [reads_of_people(house) for _ in range(2)] == [1, 0]


def test_what_was_not_committed_is_forgotten(store: Store) -> None:
    """A directory seen only inside a unit that came to nothing never reaches another one."""
    put(store, ANN)
    with store.begin() as work:
        work.people.put([BOB])
        assert work.people.directory().people == (ANN, BOB)
    cy = Person("cy@school.example", "Cy", "School")
    put(store, cy)
    assert directory(store).people == (ANN, cy)


def test_a_unit_that_rolled_back_sees_the_directory_as_it_is(store: Store) -> None:
    put(store, ANN)
    with store.begin() as work:
        work.people.put([BOB])
        work.rollback()
        assert work.people.directory().people == (ANN,)


def test_two_imports_at_once_lose_nobody(store: Store) -> None:
    crowd = [Person(f"p{n:02d}@agency.example", f"P{n}", "Agency") for n in range(24)]
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(lambda n: put(store, *crowd[n : n + 12]), range(12)))
    assert sum(added for added, _, _ in counts) == 23
    assert list(directory(store).people) == crowd[:23]
