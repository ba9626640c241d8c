"""The civic centres, and which one a shift is probably at.

What the source leaves open is kept open (docs/decisions/0004): weekdays it does not give are marked as our reading,
hours it does not give at all are not invented, and no hour of a connector is ever refused.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.domain.catalogue import Label, in_plain_words, label_at
from app.domain.openings import Opening, Season, SummerPeriod, read_openings, stated_openings, summer_period
from app.domain.reference import Place, each_once, read_reference

_EARLY_ARRIVAL = timedelta(minutes=15)  # a connector opens the shift a little before the door


@dataclass(frozen=True, slots=True)
class Centre:
    """A civic centre with a support point. The id never changes, the name may."""

    id: str
    name: Label
    source_names: tuple[str, ...]  # as the source writes it
    stated_hours: tuple[Opening, ...]  # of the connectors, word for word: weekdays may be None
    connector_hours: tuple[Opening, ...]  # the same as we read them: what proposals go by
    point_hours: tuple[Opening, ...]  # of the support point: its own where the file has them, else the common ones


@dataclass(frozen=True, slots=True)
class Phone:
    """A line that answers a connector's questions too."""

    number: str
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Centres:
    """All centres in the order of the file."""

    timezone: str
    summer: SummerPeriod
    centres: tuple[Centre, ...]
    services: tuple[tuple[str, ...], ...]  # procedure ids of each service at the support points, in the source's order
    phone: Phone | None = None  # of the citizens' office (OAC); None where the file has none
    retired: tuple[Centre, ...] = ()  # no shift starts there any more; old records are still said to be from there

    def centre(self, id: str) -> Centre | None:
        return next((centre for centre in self.centres if centre.id == id), None)

    def name(self, id: str) -> Label:
        """What a centre is called, also one that is retired; one never heard of by its id."""
        known = (each for each in (*self.centres, *self.retired) if each.id == id)
        return next((each.name for each in known), Label(in_plain_words(id)))

    def season(self, day: date) -> Season:
        return Season.SUMMER if self.summer.holds(day) else Season.NORMAL

    def connector_hours(self, centre: Centre, day: date) -> tuple[Opening, ...]:
        """The openings of the season this day is in; () when none are known."""
        return tuple(opening for opening in centre.connector_hours if opening.season is self.season(day))

    def connectors_weekly(self, centre: Centre, day: date) -> timedelta:
        """How long connectors are there in a week of the season this day is in."""
        return sum((opening.weekly for opening in self.connector_hours(centre, day)), timedelta())


class Basis(StrEnum):
    """What a proposal rests on."""

    HOURS = "hours"
    LAST_USE = "last_use"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A centre to start with, to confirm with one tap."""

    centre_id: str | None  # None: the person chooses
    basis: Basis
    is_inferred: bool = False  # rests on weekdays the source does not state


NO_PROPOSAL = Proposal(None, Basis.NONE)


class Remark(StrEnum):
    """Something to say quietly at the start of a shift. The shift starts all the same."""

    POINT_CLOSED = "point_closed"


def is_point_open(centres: Centres, centre: Centre, now: datetime) -> bool:
    """Whether the timetable has the support point open at this local time. No holidays are known, none assumed."""
    season = centres.season(now)
    return any(opening.season is season and opening.is_on(now) for opening in centre.point_hours)


def remark_on_start(centres: Centres, centre: Centre, now: datetime) -> Remark | None:
    """What to say when a shift starts at this local time. Connectors may work while the point is closed."""
    return None if is_point_open(centres, centre, now) else Remark.POINT_CLOSED


def propose_centre(centres: Centres, now: datetime, last_centre_id: str | None) -> Proposal:
    """The centre whose connectors work at this local time; when nobody's do, the one last used on this tablet.

    Of several at work, the one last used. If that is not among them, the one with the fewest connector hours a week: a
    tablet away from its everyday post is likely on its round. Two with equally few: no proposal, a person knows better.
    """
    last = None if last_centre_id is None else centres.centre(last_centre_id)
    at_work = tuple(centre for centre in centres.centres if _opening_at(centres, centre, now))
    if not at_work:
        return NO_PROPOSAL if last is None else Proposal(last.id, Basis.LAST_USE)
    chosen = last if last in at_work else _least_attended(centres, at_work, now)
    opening = None if chosen is None else _opening_at(centres, chosen, now)
    if chosen is None or opening is None:
        return NO_PROPOSAL
    return Proposal(chosen.id, Basis.HOURS, is_inferred=not opening.is_stated)


def _opening_at(centres: Centres, centre: Centre, now: datetime) -> Opening | None:
    hours = centres.connector_hours(centre, now)
    moments = (now, now + _EARLY_ARRIVAL)
    return next((opening for moment in moments for opening in hours if opening.is_on(moment)), None)


def _least_attended(centres: Centres, at_work: tuple[Centre, ...], now: datetime) -> Centre | None:
    weekly = {centre: centres.connectors_weekly(centre, now) for centre in at_work}
    least = [centre for centre in at_work if weekly[centre] == min(weekly.values())]
    return least[0] if len(least) == 1 else None


def parse_centres(text: str, *, where: str) -> Centres:
    """The centres this text holds. Raises `BrokenReference` at the first thing that cannot be trusted."""
    root = read_reference(text, where)
    places = root.field("centres").entries()
    if not places:
        raise root.field("centres").broken("is empty: a tablet needs a centre")
    each_once(place.field("id") for place in places)
    return centres_at(root, tuple(centre_at(root, place) for place in places))


def centres_at(root: Place, centres: tuple[Centre, ...]) -> Centres:
    """These centres with what the file says of all of them."""
    return Centres(
        timezone=root.field("timezone").text(),
        summer=summer_period(root.field("support_point_hours").field("summer_period")),
        centres=centres,
        services=tuple(_procedure_ids(entry) for entry in root.field("services_at_support_point").entries()),
        phone=_phone(root),
    )


def centre_at(root: Place, place: Place) -> Centre:
    """One centre; hours it does not say itself are the common ones of `root`."""
    connectors = tuple((_connector_hours(root, place, season), season) for season in Season)
    return Centre(
        id=place.field("id").id(),
        name=label_at(place.field("name"), catalan_required=True),
        source_names=tuple(entry.text() for entry in place.field("source_names").entries()),
        stated_hours=tuple(o for hours, season in connectors if hours for o in stated_openings(hours, season)),
        connector_hours=tuple(o for hours, season in connectors if hours for o in read_openings(hours, season)),
        point_hours=tuple(o for season in Season for o in read_openings(_point_hours(root, place, season), season)),
    )


def _phone(root: Place) -> Phone | None:
    services = root.optional("related_services_in_source")
    for each in services.entries() if services else ():
        number, hours = each.optional("phone"), each.optional("hours")
        if number and hours:
            return Phone(number.text(), hours.field("start").time_of_day(), hours.field("end").time_of_day())
    return None


def _connector_hours(root: Place, place: Place, season: Season) -> Place | None:
    own = place.optional(f"connector_hours_{season}")
    common = root.optional("connector_hours")
    return own or (common and common.optional(season))


def _point_hours(root: Place, place: Place, season: Season) -> Place:
    own = place.optional("support_point_hours")
    return (own and own.optional(season)) or root.field("support_point_hours").field(season)


def _procedure_ids(place: Place) -> tuple[str, ...]:
    return tuple(entry.id() for entry in place.field("procedures").entries())
