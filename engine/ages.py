"""Ages on London days: birthdays, age in years and in days, and who is still a child."""

from __future__ import annotations

from datetime import date

from engine.errors import Refused

ADULT = 18


def birthday(born: date, years: int) -> date:
    """Return the day on which somebody reaches an age in years.

    An age is reached at the start of the anniversary (Family Law Reform Act 1969, section 9);
    somebody born on 29 February has it on 1 March in a common year, the usual reading here.
    """
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def age_on(born: date, day: date) -> int:
    """Return the age in whole years on a London day.

    Errors: Refused if the day is before the birth.
    """
    _check_order(born, day)
    years = day.year - born.year
    return years if day >= birthday(born, years) else years - 1


def under_18(born: date, died: date) -> bool:
    """Say whether somebody died before their eighteenth birthday.

    Errors: Refused if the death is before the birth.
    """
    _check_order(born, died)
    return died < birthday(born, ADULT)


def age_days(born: date, day: date) -> int:
    """Return the age in days: 0 on the day of birth.

    Errors: Refused if the day is before the birth.
    """
    _check_order(born, day)
    return (day - born).days


def _check_order(born: date, day: date) -> None:
    if day < born:
        raise Refused(["The day given is before the date of birth. Check both dates."])
