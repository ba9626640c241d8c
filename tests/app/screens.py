"""Every screen of the tablet, in every state in which it draws something else, and how a connector gets there.

A new screen is one line more in one of the four lists. `tests/app/test_walk.py` looks at each, and says so when a route
or a view is visited by none.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import flet as ft

from app.domain.assisting import AssistDraft
from app.domain.happenings import Locking
from app.domain.plan import PlannedSession
from app.state import Board, LineState, SyncStatus, Trouble
from app.store import Write
from sync.client.phase import Cause, Fetching, Phase, Resting, Sending, Waiting
from sync.protocol.receipts import Receipt
from sync.protocol.records import Kind
from sync.protocol.sealed_box import new_private_key, public_key_of
from tests.app.opened import PIN, Connector
from tests.app.test_reference_screens import hear

NOW = datetime.now().astimezone()
CASE = "Demanar cita prèvia a l'OMAC"

OFF = ("note", "age_band", "gender", "age_counts", "gender_counts", "room", "card_code")

ENROLLED = {
    "token": "nobody's",
    "centre_device": "nobody",
    "parcel_key": public_key_of(new_private_key()).hex(),
    "key_seed": "5e" * 32,
}

Reach = Callable[[Connector], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Stop:
    """One picture of the app: its route as `app/views/root.py` writes it, and the way there."""

    name: str
    route: str
    reach: Reach


def board(app: Connector) -> Board:
    """Of the world that is shown."""
    return app.tablet.practice.shown.board


async def quiet(app: Connector) -> None:
    """Until the route is on the disk, and on the board what is on the disk: a write that is shown later would show that
    instead of what is made up."""
    shown = app.tablet.practice.shown
    if board(app).snapshot.shift:
        await app.wait_for(lambda: shown.shifts.route == app.route, "the route on the disk")
    async with shown.recorder.lock:
        await app.settle()


async def make_up(app: Connector, **changes: object) -> None:
    """Have the board say something that takes a network, hours or a broken tablet to happen."""
    await quiet(app)
    board(app).show(**changes)
    await app.settle()


def going(route: str, words: str) -> Reach:
    async def go(app: Connector) -> None:
        await app.go_to(route)
        await app.wait_text(words)

    return go


def tapping(first: Reach, *taps: str | tuple[str, str]) -> Reach:
    """From there by these taps; of a pair, the second is what then has to be read."""

    async def tap(app: Connector) -> None:
        await first(app)
        for each in taps:
            name, words = each if isinstance(each, tuple) else (each, "")
            await app.click(app.all_called(name)[0])
            await app.wait_text(words)

    return tap


def typing(first: Reach, label: str, value: str) -> Reach:
    async def type_(app: Connector) -> None:
        await first(app)
        await app.enter(label, value)

    return type_


def showing(first: Reach, **changes: object) -> Reach:
    """From there, with something made up."""

    async def show(app: Connector) -> None:
        await first(app)
        await make_up(app, **changes)

    return show


async def at_home(app: Connector) -> None:
    await app.home()


async def case(app: Connector) -> None:
    drafts = board(app).snapshot.own_cases
    if drafts:
        await app.go_to(f"/assist/{drafts[0].id}")
    else:
        await app.click(app.all_called(CASE)[0])
    await app.wait_text("Passos")
    await _back_at_the_endings(app)


async def _back_at_the_endings(app: Connector) -> None:
    if app.all_called("Canvia el final"):
        await app.click("Canvia el final")
    await app.wait_text("Com ha acabat?")


async def missing(app: Connector) -> None:
    await case(app)
    brought = _to_bring(app)[0][0]
    if not any(is_missing for _, is_missing in _to_bring(app)):
        await app.click(brought)
    await app.wait_text("Ha de tornar. Falta:")


async def all_brought(app: Connector) -> None:
    await case(app)
    for each, is_missing in _to_bring(app):
        if is_missing:
            await app.click(each)
    await app.settle()


def _to_bring(app: Connector) -> list[tuple[ft.TextButton, bool]]:
    """What has to be brought, and whether it is missing."""
    held = [(each, each.content) for each in app.all(ft.TextButton)]
    said = [(each, inside.toggled) for each, inside in held if isinstance(inside, ft.Semantics)]
    return [(each, toggled) for each, toggled in said if toggled is not None]


async def shown(app: Connector) -> None:
    await case(app)
    await app.go_to(f"{app.route}/show")
    await app.wait_text("Torna")


async def roll(app: Connector) -> None:
    await app.go_to("/workshops")
    await app.wait_text("Mòdul 3")
    await app.click("Mòdul 3")
    await app.wait_text("Persones a la sala")
    await app.click("Amb seients")
    await app.wait_text("per marcar")


async def saved(app: Connector) -> None:
    """A case that has just been saved, with the way to take it back."""
    await case(app)
    await app.click("Fet")
    await app.wait_text("DESFÉS")


async def record(app: Connector) -> None:
    await saved(app)
    line = next(each for each in board(app).snapshot.lines if each.kind == Kind.ASSIST)
    await app.go_to(f"/records/{line.id}")
    await app.wait_text("Historial")


correction = tapping(record, "Corregeix", ("M'he equivocat", "Corregeixes: "))


async def correction_waiting(app: Connector) -> None:
    """One in which something was changed, at home."""
    await correction(app)
    await app.click("45")
    await app.wait_text("45 min, corregits")
    await app.home()
    await app.wait_text("Correcció sense acabar")


async def states(app: Connector) -> None:
    """One saved case in each state that sending can bring it to."""
    await saved(app)
    line = replace(board(app).snapshot.lines[0], headcount=None, kind=Kind.ASSIST)
    lines = [replace(line, state=each, sent_at=NOW, version=2) for each in LineState]
    await app.home()
    await make_up(app, lines=(*lines, replace(line, is_void=True)))


async def paused_long(app: Connector) -> None:
    await case(app)
    await app.home()
    drafts = [replace(each, paused_at=NOW - timedelta(hours=2)) for each in cases(app)]
    await make_up(app, drafts=tuple(drafts))


def full(route: str) -> Reach:
    """Six open cases: no other can be begun."""

    async def fill(app: Connector) -> None:
        await case(app)
        await app.go_to(route)
        first = cases(app)[0]
        await make_up(app, drafts=tuple(replace(first, id=f"{first.id[:-1]}{n}", number=n) for n in range(1, 7)))
        await app.wait_text("casos oberts")

    return fill


def cases(app: Connector) -> tuple[AssistDraft, ...]:
    return board(app).snapshot.own_cases


def plan() -> tuple[PlannedSession, ...]:
    """One late, one of now, two to come."""
    days = [(-2, "2"), (0, "3"), (1, "4"), (3, "5")]
    at = NOW - timedelta(minutes=1)
    return tuple(PlannedSession("balafia", (module,), (at + timedelta(days=n)).date(), at.time()) for n, module in days)


async def waiting_line(app: Connector) -> None:
    await going("/waiting", "per a què ve?")(app)
    for name in ("Cita prèvia", "Mòbil i ordinador"):
        if found := app.all_called(name):
            await app.click(found[-1])
            await app.settle()
    await app.wait_text("Crida")


def ended(phase: Phase, *, waiting: int = 0, review: int = 0) -> Reach:
    """The end of the shift, as the network left it."""

    async def end(app: Connector) -> None:
        shift = board(app).snapshot.shift
        assert shift is not None
        sync = SyncStatus(phase, waiting=waiting, review=review, last_sent_at=NOW)
        await make_up(app, shift=replace(shift, ended_at=NOW), sync=sync)

    return end


async def all_sent(app: Connector) -> None:
    shift = board(app).snapshot.shift
    assert shift is not None
    await ended(Resting(NOW, Receipt(shift.id, 7, "ab" * 32, NOW)))(app)


async def practice(app: Connector) -> None:
    await app.go_to("/help")
    await app.wait_text("Mode pràctiques")
    await app.click("Prova-ho en pràctiques")
    await app.wait_text("Nova ajuda")


async def request(app: Connector) -> None:
    await going("/requests", "Nova petició")(app)
    await app.click("Nova petició")
    await app.wait_text("Qui ho demana?")


asked = tapping(request, ("Gent gran", "Desa la petició"))


def all_asked(first: Reach) -> Reach:
    """From there, once the coordinator has asked for every optional field."""

    async def ask(app: Connector) -> None:
        await hear(app, {"policies_version": "1", "policies": [{"id": "fields_asked", "value": list(OFF)}]})
        await first(app)

    return ask


async def own_words(app: Connector) -> None:
    await app.click("Un altre tràmit o consulta")
    await app.wait_text("Com ha acabat?")
    await app.enter("Quin tràmit era?", "ajut de lloguer 12345678z" + " i més" * 40)
    await app.wait_text("Sembla que hi ha: un DNI")


def card(typed: str) -> Reach:
    """A case with what is typed for the code of a card, once the coordinator has asked for it."""
    return typing(tapping(all_asked(case), ("Més dades", "Codi de la targeta")), "Codi de la targeta", typed)


async def forgotten_card(app: Connector) -> None:
    """As after a restart: that it was wrong is known, and not what it was."""
    await card("K7QF")(app)
    await app.home()
    await tapping(case, ("Més dades", "Treu el codi"))(app)


async def codes(app: Connector) -> None:
    """What waits as QR codes, with the key of a centre."""
    app.store.write(Write(notes=ENROLLED))
    await ended(Waiting(NOW, 1, Cause.NO_CONNECTION), waiting=4)(app)
    await app.click("Mostra un codi QR")
    await app.wait_text("Codi 1 de")


async def menu(app: Connector) -> None:
    await roll(app)
    assert app.all(ft.PopupMenuItem)


async def door(app: Connector) -> None:
    """With nobody in, and no tile chosen."""
    await app.tablet.lock(Locking.BY_HAND)
    await app.wait_text("Qui ets?")
    if app.all_called("Mira qui hi respon"):
        await app.click("Torna")
        await app.settle()
    if app.all_called("Una altra persona"):
        await app.click("Una altra persona")
        await app.settle()


async def unknown(app: Connector) -> None:
    """The door of a tablet that no centre knows."""
    app.store.write(Write(notes={"token": None}))
    await make_up(app, entered="C1")  # so that it is drawn anew
    await door(app)


def door_of(who: str, *pins: tuple[str, str]) -> Reach:
    """Their tile, then these PINs, each with what then has to be read."""

    async def typed(app: Connector) -> None:
        await door(app)
        await app.click(who)
        await app.wait_for(lambda: bool(app.all(ft.TextField, password=True)), "the field for a PIN")
        for pin, words in pins:
            await app.type_pin(pin)
            await app.wait_text(words)

    return typed


async def start(app: Connector) -> None:
    if not board(app).snapshot.entered:
        await door(app)
        await app.enter_as("C3")
    await app.wait_text("Comença el torn")


async def forgotten(app: Connector) -> None:
    """On a tablet that a centre knows."""
    app.store.write(Write(notes=ENROLLED))
    await door_of("Connector 3")(app)
    await app.click("He oblidat el PIN")
    await app.wait_text("Truca a la coordinació")


START = (
    Stop("door", "/", door),
    Stop("door-open", "/", showing(door, aside=frozenset({"C1"}), unsent={"C1": 3, "C2": 1})),
    Stop("door-enrol", "/", tapping(unknown, "Dona-la d'alta")),
    Stop("door-enrol-wrong", "/", tapping(unknown, "Dona-la d'alta", "Mira qui hi respon")),
    Stop("door-choose", "/", door_of("Connector 3")),
    Stop("door-easy", "/", door_of("Connector 3", ("121212", "Massa fàcil"))),
    Stop("door-again", "/", door_of("Connector 3", (PIN, "Torna a escriure el PIN"))),
    Stop("start", "/", start),
    Stop("start-chosen", "/", tapping(start, "Centre Cívic de Balàfia")),
    Stop("door-pin", "/", door_of("Connector 3")),
    Stop("door-wrong", "/", door_of("Connector 3", ("583026", "PIN incorrecte"))),
    Stop("door-nobody-answers", "/", tapping(door_of("Connector 3"), ("He oblidat el PIN", "encara no està"))),
    Stop("door-forgotten", "/", forgotten),
)
"""Before a shift."""

WORKING = (
    Stop("today-empty", "/", at_home),
    Stop("today-plan", "/", showing(at_home, planned=plan())),
    Stop("today-clock", "/", showing(at_home, sync=SyncStatus(last_sent_at=NOW + timedelta(hours=2)))),
    Stop(
        "today-clock-ahead",
        "/",
        showing(at_home, sync=SyncStatus(last_sent_at=NOW - timedelta(hours=2), last_written_at=NOW)),
    ),
    Stop("pick-procedure", "/assist", going("/assist", "Punt de suport digital")),
    Stop("search", "/assist", typing(going("/assist", "Punt"), "Cerca un tràmit", "padro")),
    Stop("search-in-vain", "/assist", typing(going("/assist", "Punt"), "Cerca un tràmit", "xyzzy")),
    Stop("case", "/assist/:id", case),
    Stop("case-missing", "/assist/:id", missing),
    Stop("case-other-endings", "/assist/:id", tapping(case, ("Un altre final", "Només informació"))),
    Stop("case-more", "/assist/:id", tapping(case, ("Més dades", "Autonomia"))),
    Stop("case-minutes", "/assist/:id", typing(tapping(case, "Una altra"), "Durada (minuts)", "0")),
    Stop("case-where-to", "/assist/:id", tapping(case, ("Derivat a un altre servei", "On s'ha derivat?"))),
    Stop("case-why", "/assist/:id", tapping(all_brought, ("Ha de tornar", ": per què?"))),
    Stop("case-gone", "/assist/:id", going("/assist/none", "ja no")),
    Stop("show", "/assist/:id/show", shown),
    Stop("show-gone", "/assist/:id/show", going("/assist/none/show", "ja no")),
    Stop("today-case", "/", at_home),
    Stop("today-asks", "/", paused_long),
    Stop("today-full", "/", full("/")),
    Stop("pick-full", "/assist", full("/assist")),
    Stop("saved", "/", saved),
    Stop("today-states", "/", states),
    Stop("record", "/records/:id", record),
    Stop("record-why", "/records/:id", tapping(record, "Corregeix")),
    Stop("correction", "/assist/:id", correction),
    Stop("today-correction", "/", correction_waiting),
    Stop("record-void", "/records/:id", tapping(record, ("Anul·la el registre", "Anul·lat"))),
    Stop("record-gone", "/records/:id", going("/records/none", "Registres")),
    Stop("records", "/records", going("/records", "Registres")),
    Stop("records-none", "/records", typing(going("/records", "Registres"), "Cerca un registre", "xyzzy")),
    Stop("waiting", "/waiting", going("/waiting", "per a què ve?")),
    Stop("waiting-some", "/waiting", waiting_line),
    Stop("today-waiting", "/", at_home),
    Stop("workshops", "/workshops", showing(going("/workshops", "Mòdul 3"), planned=plan())),
    Stop("workshops-choose", "/workshops/choose", tapping(at_home, ("Passar llista", "tria el taller"))),
    Stop("workshops-group", "/workshops", tapping(going("/workshops", "Mòdul 3"), "A petició d'un col·lectiu")),
    Stop("requests", "/requests", going("/requests", "Nova petició")),
    Stop("request", "/request/:id", request),
    Stop("request-whole", "/request/:id", asked),
    Stop("request-gone", "/request/:id", going("/request/none", "ja no")),
    Stop("requests-some", "/requests", tapping(asked, ("Desa la petició", "DESFÉS"))),
    Stop("plan", "/plan", going("/plan", "Fets: ")),
    Stop("plan-everywhere", "/plan", tapping(going("/plan", "Fets: "), "Tots els centres")),
    Stop("roll-call", "/roll-call/:id", menu),
    Stop("roll-call-names", "/roll-call/:id", tapping(roll, "Amb àlies")),
    Stop("roll-call-all", "/roll-call/:id", tapping(roll, "Tots presents")),
    Stop("roll-call-count", "/roll-call/:id", tapping(roll, "Només el recompte")),
    Stop("roll-call-more", "/roll-call/:id", tapping(all_asked(roll), "Més dades")),
    Stop("case-asked", "/assist/:id", card("")),
    Stop("case-card", "/assist/:id", card("k7qf 2m9j")),
    Stop("case-card-wrong", "/assist/:id", card("K7QF-2M9K")),
    Stop("case-card-short", "/assist/:id", card("K7QF")),
    Stop("case-card-forgotten", "/assist/:id", forgotten_card),
    Stop("case-card-removed", "/assist/:id", tapping(forgotten_card, "Treu el codi")),
    Stop("case-words", "/assist/:id", own_words),
    Stop("roll-call-not-held", "/roll-call/:id", tapping(roll, "No s'ha fet")),
    Stop("roll-call-gone", "/roll-call/:id", going("/roll-call/none", "ja no")),
    Stop("nowhere", "/:elsewhere*", going("/nowhere", "Nova ajuda")),
    Stop("help", "/help", going("/help", "Llengua")),
    Stop("accessibility", "/accessibility", going("/accessibility", "Estat")),
    Stop("end-of-shift", "/end-of-shift", showing(going("/end-of-shift", "Envia i tanca"), planned=plan())),
    Stop("review-nothing", "/review", going("/review", "No hi ha res")),
    Stop("locks-soon", "/", showing(at_home, locks_soon=True)),
    Stop("trouble", "/", showing(at_home, trouble=Trouble("trouble.disk", "/a/place"))),
)
"""During a shift; each begins at home, with what the one before it left."""

REVIEWING = (
    Stop("review", "/review", going("/review", "Ara hi consta")),
    Stop("review-forget", "/review", tapping(going("/review", "Ara hi consta"), "Esborra-ho")),
    Stop("review-records", "/records", going("/records", "per revisar")),
)
"""With something of every sort that waits for a person."""

ENDING = (
    Stop("practice", "/", practice),
    Stop("practice-ended", "/", ended(Resting(None))),
    Stop("ended-sending", "/", ended(Sending(3, 7), waiting=4)),
    Stop("ended-checking", "/", ended(Fetching())),
    Stop("ended-not-yet", "/", ended(Waiting(NOW, 1, Cause.NO_CONNECTION), waiting=4)),
    Stop("ended-review", "/", ended(Resting(None), review=2)),
    Stop("ended-codes", "/", codes),
    Stop("ended-not-compared", "/", ended(Resting(None))),
    Stop("ended-sent", "/", all_sent),
)
"""The last of the day. The first two are of a world of their own, which `leaves` ends."""


async def leave_practice(app: Connector) -> None:
    await app.click(app.all_called("Surt de pràctiques")[0])
    await app.wait_for(partial(_is_real, app), "the real world")


def _is_real(app: Connector) -> bool:
    return not board(app).snapshot.is_practice
