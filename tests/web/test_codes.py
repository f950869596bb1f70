"""One-time codes: what is wrong, late, used, guessed or asked for too often opens nothing."""

from __future__ import annotations

import random
import re
from http.cookies import SimpleCookie

import pytest
from starlette.testclient import TestClient

from engine import casework, codes, slow
from engine.codes import A_LINK_AN_HOUR, A_PERSON_AN_HOUR, LETTERS
from engine.standing_in import Missed, tell_instead
from notifications.catcher import Catcher
from tests.cli.driver import MANAGER
from tests.web.desk import COUNCIL, HOSPITAL, Browser, Dispute, words
from web import guard
from web.answers import app_of
from web.held import COOKIE as HELD
from web.held import MOST

TRIES = 5  # of each code


def mark_of(browser: Browser) -> str:
    """What makes a key of the number in the address."""
    return browser.key.partition(".")[2]


@pytest.fixture
def hospital(dispute: Dispute) -> Browser:
    return dispute.asked(HOSPITAL)


def test_a_code_comes_by_email_at_once_and_says_nothing_of_the_case(
    dispute: Dispute, hospital: Browser, catcher: Catcher
) -> None:
    """Urgent, to the message's own person; the reference and the code, no link, no case text."""
    dispute.house.mail_to(catcher.port)
    dispute.house.do("deliver")
    before = len(catcher.caught)
    code = hospital.ask()
    dispute.house.do("deliver")
    new = [one.mail for one in catcher.caught[before:]]
    assert len(new) == 1
    mail = new[0]
    body = mail.as_string()
    assert mail["To"] == hospital.message.recipient
    text = mail.get_body(("plain",)).get_content()
    assert code in text
    assert code in mail.get_body(("html",)).get_content()
    assert dispute.reference in text
    assert code not in str(mail["Subject"])
    assert "http" not in body
    for word in ("Dispute", "assessment", "confirm", "manager"):
        assert word not in text


def test_a_code_is_kept_nowhere(dispute: Dispute, hospital: Browser) -> None:
    """Neither before nor after it is sent, not in the outbox, the record or the table of codes."""
    code = hospital.ask()
    held = dispute.house.dump().lower()
    assert code.lower() not in held
    assert code.lower().replace("-", "") not in held
    number = str(dispute.messages(kind="code")[-1].id)
    shown = dispute.house.run("outbox", "show", number, "--json").out
    assert code not in shown


def test_the_mail_of_a_code_has_chance_of_its_own(dispute: Dispute, hospital: Browser) -> None:
    """128 bits, drawn anew each time: what makes the code and the salt of what is kept of it."""
    for _ in range(3):
        hospital.ask()
    drawn = [m.anchor.rpartition("/")[2] for m in dispute.messages(kind="code")]
    assert len(set(drawn)) == len(drawn) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in drawn)


def test_typing_it_in_any_shape_opens_the_page_once(dispute: Dispute, hospital: Browser) -> None:
    """Capitals, spaces and the stroke make no difference; the same code opens nothing twice."""
    code = hospital.ask()
    typed = f"  {code.lower().replace('-', ' ')} "
    assert "What you may do" in words(hospital.post("/open", code=typed))
    again = hospital.post("/open", code=code)
    assert again.status_code == 422
    assert codes.WRONG in words(again)


def _ways(dispute: Dispute, hospital: Browser) -> dict[str, tuple[int, str]]:
    """What somebody finds who types a code that is wrong in one way or another."""
    found = {}

    def type_in(what: str, browser: Browser, typed: str) -> None:
        answer = browser.post("/open", code=typed)
        found[what] = (answer.status_code, words(answer))

    other = dispute.asked(HOSPITAL)
    type_in("never asked", other, "K7QM-2XPD")
    code = hospital.ask()
    type_in("wrong", hospital, "K7QM-2XPD")
    type_in("empty", hospital, "")
    type_in("odd", hospital, "\x00\u202e<b>'; --" * 9)
    type_in("another browser", other, code)
    council = dispute.asked(COUNCIL)
    council.ask()
    type_in("another link", council, code)
    dispute.house.at("2025-01-02T10:10:01")
    type_in("expired", hospital, code)
    dispute.house.at("2025-01-02T10:20")
    code = hospital.ask()
    assert hospital.post("/open", code=code).status_code == 200
    type_in("used", hospital, code)
    return found


def test_whatever_is_wrong_with_a_code_looks_the_same(dispute: Dispute, hospital: Browser) -> None:
    """Never asked for, wrong, empty, hostile, late, used, of another browser or another link."""
    found = _ways(dispute, hospital)
    assert len(set(found.values())) == 1, found.keys()
    assert next(iter(found.values()))[0] == 422


def test_whatever_is_wrong_with_a_code_takes_as_long(
    dispute: Dispute, hospital: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One slow digest for each that is typed, also where there is no code or no try left."""
    typed, usual = list[object](), slow.alike
    monkeypatch.setattr(slow, "alike", lambda *given: typed.append(given) or usual(*given))
    ways = _ways(dispute, hospital)
    assert len(typed) == len(ways) + 1  # and the one that was right
    other = dispute.asked(HOSPITAL)
    other.ask()
    for tries in range(1, TRIES + 3):
        typed.clear()
        assert other.post("/open", code="2222-2222").status_code == 422
        assert len(typed) == 1, tries


def test_a_code_works_to_its_last_second(dispute: Dispute, hospital: Browser) -> None:
    code = hospital.ask()
    dispute.house.at("2025-01-02T10:10:00")
    assert hospital.post("/open", code=code).status_code == 200


def test_five_tries_are_all(dispute: Dispute, hospital: Browser) -> None:
    """After five wrong ones even the right one opens nothing; another can be asked for."""
    code = hospital.ask()
    for _ in range(TRIES):
        assert hospital.post("/open", code="2222-2222").status_code == 422
    assert hospital.post("/open", code=code).status_code == 422
    assert hospital.sign_in().status_code == 200


def test_guesses_are_counted_also_where_a_try_is_wasted(
    dispute: Dispute, hospital: Browser
) -> None:
    """Every code there is for a link, tried to its end: no more than a few guesses an hour."""
    chance, tried = random.Random(3), 0
    while hospital.post("/code").status_code == 200:
        for _ in range(TRIES + 3):
            guess = "".join(chance.choices(LETTERS, k=8))
            assert hospital.post("/open", code=guess).status_code == 422
            tried += 1
    counted = dispute.house.rows("SELECT sum(tries) FROM code")[0][0]
    assert counted == A_LINK_AN_HOUR * TRIES < tried


def test_too_many_codes_are_not_sent(dispute: Dispute, hospital: Browser) -> None:
    """Some an hour with one link; then it says so, and nothing more is mailed."""
    for _ in range(A_LINK_AN_HOUR):
        hospital.ask()
    before = dispute.house.dump()
    answer = hospital.post("/code")
    assert answer.status_code == 429
    assert "No more codes are sent just now" in words(answer)
    assert dispute.house.dump() == before
    dispute.house.at("2025-01-02T11:00:01")
    assert hospital.sign_in().status_code == 200


def test_one_person_gets_so_many_codes_an_hour_whatever_links_they_have(dispute: Dispute) -> None:
    """Nobody's mailbox is flooded by whoever has several of their emails."""
    dispute.house.through("2025-01-06T18:00")
    own = [m for m in dispute.messages(recipient=MANAGER) if m.about.get("decides")]
    links = [Browser(dispute.premises, message) for message in own]
    assert len(links) * A_LINK_AN_HOUR > A_PERSON_AN_HOUR
    sent = sum(link.post("/code").status_code == 200
               for link in links for _ in range(A_LINK_AN_HOUR))  # fmt: skip
    assert sent == A_PERSON_AN_HOUR


def test_the_page_ends_after_half_an_hour(dispute: Dispute, hospital: Browser) -> None:
    hospital.sign_in()
    seen = hospital.seen()
    dispute.house.at("2025-01-02T10:30:00")
    assert hospital.get("/decide").status_code == 200
    dispute.house.at("2025-01-02T10:30:01")
    before = dispute.house.dump()
    assert hospital.get("/decide").status_code == 403
    form = {"choice": "do:disagree", "seen": seen, "f_reason": "x", "f_disagree_to": "same"}
    assert hospital.post("/decide", **form).status_code == 403
    assert dispute.house.dump() == before


def test_the_page_is_for_the_browser_that_typed_the_code(
    dispute: Dispute, hospital: Browser
) -> None:
    """The same link in another browser shows what it showed before: nothing of the case."""
    hospital.sign_in()
    other = dispute.asked(HOSPITAL)
    page = other.get("/decide")
    assert page.status_code == 403
    assert "A joint assessment." not in words(page)
    other.hold(f"{mark_of(other)}.{'x' * 43}")
    assert other.get("/decide").status_code == 403


def test_whoever_is_signed_in_to_the_console_decides_by_a_link_as_well(hospital: Browser) -> None:
    """Their browser sends the cookies of both; neither hides the other."""
    hospital.client.cookies.set(guard.COOKIE, guard.new_pass(), domain="testserver.local", path="/")
    assert "A joint assessment." in words(hospital.sign_in())
    assert len(hospital.client.cookies.jar) == 2


def test_the_cookie_of_a_link_is_for_this_host_alone_short_and_closed(hospital: Browser) -> None:
    """No script reads it and no other site gets it; typing the code renews it."""
    asked = hospital.client.post(f"{hospital.at}/code", follow_redirects=False)
    code = hospital.codes()[-1]
    opened = hospital.client.post(
        f"{hospital.at}/open", data={"code": code}, follow_redirects=False
    )
    values = []
    for answer in (asked, opened):
        assert answer.status_code == 303
        ((name, cookie),) = SimpleCookie(answer.headers["set-cookie"]).items()
        assert name == f"__Host-waymark_link_{hospital.message.id}"
        assert (cookie["httponly"], cookie["secure"]) == (True, True)
        assert cookie["samesite"] == "strict"
        assert int(cookie["max-age"]) == 40 * 60
        assert (cookie["path"], cookie["domain"]) == ("/", "")
        values.append(cookie.value)
    assert len(set(values)) == 2
    assert all(re.fullmatch(rf"{mark_of(hospital)}\.[\w-]{{43}}", value) for value in values)
    assert [c.value for c in hospital.client.cookies.jar] == values[1:]


@pytest.mark.parametrize(
    ("at", "root", "named", "path"),
    [
        ("http://reviews.example.org", "", "__Host-waymark_link_", "/"),
        ("http://127.0.0.1:8080", "", "waymark_link_", "/"),
        ("https://reviews.example.org", "/northmoor", "__Secure-waymark_link_", "/northmoor/"),
    ],
    ids=["a server in front ends TLS", "this very machine", "under a path of its host"],
)
def test_the_cookie_of_a_link_is_named_as_that_of_a_visit(
    hospital: Browser, at: str, root: str, named: str, path: str
) -> None:
    """By how the browser came, and by where its house begins; a code is typed in all the same."""
    app = app_of(hospital.premises)
    here = TestClient(app, at, root_path=root, client=("127.0.0.1", 50_000))
    hospital.client, bring = here, dict[str, str]()
    steps = (
        ("/r/", {"key": hospital.key}),
        (f"{hospital.at}/code", {}),
        (f"{hospital.at}/open", None),
    )
    for page, form in steps:
        typed = {"code": hospital.codes()[-1]} if form is None else form
        answer = here.post(f"{root}{page}", data=typed, headers=bring, follow_redirects=False)
        assert answer.status_code == 303
        ((name, cookie),) = SimpleCookie(answer.headers["set-cookie"]).items()
        assert name == f"{named}{hospital.message.id}"
        assert (cookie["path"], cookie["secure"]) == (path, named.startswith("__") or "")
        bring = {"cookie": f"{name}={cookie.value}"}


def test_opening_the_link_again_loses_no_code(dispute: Dispute, hospital: Browser) -> None:
    """Whoever goes to their mailbox for the code may press the link of the email once more, as it
    is now or as it was mailed before."""
    code = hospital.ask()
    for again in (hospital.enter(), hospital.client.get(f"/r/{hospital.key}")):
        assert again.status_code == 200
    assert "What you may do" in words(hospital.post("/open", code=code))
    hospital.enter()
    assert "A joint assessment." in words(hospital.get("/decide"))
    hospital.hold(f"{'a' * 26}.{'x' * 43}")
    hospital.enter()
    assert hospital.held == f"{mark_of(hospital)}."


def test_two_links_that_are_open_at_once_do_not_disturb_each_other(dispute: Dispute) -> None:
    """Each has a cookie of its own, whose token ends with its page; the name tells nothing of the
    key."""
    hospital, council = dispute.asked(HOSPITAL), dispute.asked(COUNCIL)
    council.client = hospital.client
    council.enter()
    for browser in (hospital, council):
        browser.sign_in()
    held = [str(c.name) for c in hospital.client.cookies.jar]
    assert len(set(held)) == 2
    for browser in (hospital, council):
        assert not any(mark_of(browser) in name for name in held)
        assert "A joint assessment." in words(browser.get("/decide"))
    assert council.post("/close").status_code == 200
    assert council.held == f"{mark_of(council)}."
    assert council.get("/decide").status_code == 403
    assert hospital.get("/decide").status_code == 200


def test_a_token_ends_with_its_page(dispute: Dispute, hospital: Browser) -> None:
    """When something was decided, and when the page is found to have ended: the cookie has the key
    alone from then on, with which the email's question can still be looked at."""
    hospital.sign_in()
    form = {"choice": "do:disagree", "f_reason": "x", "f_disagree_to": "same"}
    seen = hospital.seen()
    assert hospital.post("/decide", **form, seen=seen).status_code == 200
    assert hospital.held == f"{mark_of(hospital)}."
    before = dispute.house.dump()
    assert hospital.post("/decide", **form, seen=seen).status_code == 403
    assert dispute.house.dump() == before
    council = dispute.asked(COUNCIL)
    council.hold(f"{mark_of(council)}.{'x' * 43}")
    assert council.get("/decide").status_code == 403
    assert council.held == f"{mark_of(council)}."
    assert council.get().status_code == 200


def test_a_browser_holds_no_more_than_a_handful(hospital: Browser) -> None:
    """Whoever opens one link more loses the one they had longest; nothing else is touched."""
    old = [f"__Host-{HELD}{n + 90_000}" for n in range(MOST + 2)]
    other = ["__Host-waymark", f"__Host-{HELD}..", f"__Host-{HELD}012", f"{HELD}12"]
    names = [f"{name}=x" for name in [*other, *old]] + [f"{hospital.cookie}={hospital.held}"]
    for page, form, lasts in (("/r/", {"key": hospital.key}, 12 * 60 * 60),
                              (f"{hospital.at}/code", {}, 40 * 60)):  # fmt: skip
        answer = hospital.client.post(
            page, data=form, headers={"cookie": "; ".join(names)}, follow_redirects=False
        )
        given = [SimpleCookie(each) for each in answer.headers.get_list("set-cookie")]
        lives = {name: int(one["max-age"]) for each in given for name, one in each.items()}
        assert lives == {**dict.fromkeys(old[:3], 0), hospital.cookie: lasts}
    assert len(old) - 3 + 1 == MOST


def test_a_form_from_another_site_is_not_taken(dispute: Dispute, hospital: Browser) -> None:
    hospital.sign_in()
    before = dispute.house.dump()
    foreign = {"sec-fetch-site": "cross-site"}
    for page in ("", "/code", "/open", "/decide"):
        answer = hospital.client.post(
            f"{hospital.at}{page}", data={"choice": "nil"}, headers=foreign
        )
        assert answer.status_code == 403
    assert dispute.house.dump() == before


def test_the_mail_of_a_code_that_ended_is_not_sent(
    dispute: Dispute, hospital: Browser, catcher: Catcher
) -> None:
    """The mail server was away for longer than the code lives: it is dropped, in sight."""
    hospital.ask()
    dispute.house.at("2025-01-02T10:11")
    dispute.house.mail_to(catcher.port)
    dispute.house.do("deliver")
    last = dispute.messages(kind="code")[-1]
    assert str(last.state) == "dropped"
    assert "the code had ended before" in last.last_words
    assert not any("your code" in str(one.mail["Subject"]) for one in catcher.caught)


def test_the_mail_of_a_code_has_no_link_of_its_own(dispute: Dispute, hospital: Browser) -> None:
    """Its number and bounce address open nothing."""
    hospital.ask()
    mail = dispute.messages(kind="code")[-1]
    assert Browser(dispute.premises, mail).enter().status_code == 404


def test_a_code_that_cannot_be_delivered_is_told_to_nobody_else(
    dispute: Dispute, hospital: Browser
) -> None:
    """A code proves who reads a mailbox; a deputy's mailbox is another."""
    hospital.ask()
    mail = dispute.messages(kind="code")[-1]
    situation = casework.look_up(dispute.premises.house, mail.case)
    gone = Missed(mail, frozenset({mail.recipient}))
    assert tell_instead(situation, gone) is None
