"""The words both ends use for choices. A value is the stable id; labels live in the app's locales.

An end that meets a word it does not know keeps it: a newer tablet or centre may have taught it to the others.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """How an assisted procedure ended."""

    COMPLETED = "completed"
    FINISH_ALONE = "finish_alone"
    MUST_RETURN = "must_return"
    REFERRED = "referred"
    INFO_ONLY = "info_only"
    NOT_POSSIBLE = "not_possible"
    LEFT = "left"


class BlockedReason(StrEnum):
    """Why a procedure was not completed."""

    MISSING_DOCUMENT = "missing_document"
    NO_DIGITAL_ID = "no_digital_id"
    NO_MOBILE_OR_SMS = "no_mobile_or_sms"
    NO_EMAIL = "no_email"
    NO_SLOTS = "no_slots"
    SITE_DOWN = "site_down"
    NO_CONNECTION = "no_connection"
    NOT_ELIGIBLE = "not_eligible"
    OTHER_PERSON_NEEDED = "other_person_needed"
    LANGUAGE = "language"
    NO_TIME = "no_time"
    OTHER = "other"


class ReferredTo(StrEnum):
    """The service a citizen was sent to."""

    OMAC = "omac"
    OGAT = "ogat"
    OAC_PHONE = "oac_phone"
    IMO = "imo"
    SOC = "soc"
    SEPE = "sepe"
    SOCIAL_SECURITY = "social_security"
    GENCAT_OAC = "gencat_oac"
    SOCIAL_SERVICES = "social_services"
    WORKSHOP = "workshop"
    OTHER_POINT = "other_point"
    OTHER = "other"


class Autonomy(StrEnum):
    """How much of it the citizen did."""

    ALONE = "alone"
    PROMPTS = "prompts"
    GUIDED = "guided"
    DONE_FOR = "done_for"


class FirstVisit(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    WALK_IN = "walk_in"
    APPOINTMENT = "appointment"
    PHONE = "phone"
    AFTER_WORKSHOP = "after_workshop"


class DeviceUsed(StrEnum):
    PUBLIC_COMPUTER = "public_computer"
    OWN_PHONE = "own_phone"
    OWN_COMPUTER = "own_computer"
    OTHER = "other"


class DigitalId(StrEnum):
    NONE = "none"
    IDCAT_MOBIL = "idcat_mobil"
    CLAVE = "clave"
    CERTIFICATE = "certificate"
    UNKNOWN = "unknown"


class OnBehalf(StrEnum):
    SELF = "self"
    OTHER_AUTHORISED = "other_authorised"
    OTHER = "other"


class HelpLanguage(StrEnum):
    CA = "ca"
    ES = "es"
    OTHER = "other"


class EntryMode(StrEnum):
    """How a record came to be written: while helping, in one go, or afterwards."""

    LIVE = "live"
    QUICK = "quick"
    LATER = "later"


class Satisfaction(StrEnum):
    GOOD = "good"
    SO_SO = "so_so"
    BAD = "bad"


class AgeBand(StrEnum):
    """As seen or said, never from a document."""

    UNDER_16 = "under_16"
    FROM_16_TO_24 = "16_24"
    FROM_25_TO_44 = "25_44"
    FROM_45_TO_64 = "45_64"
    FROM_65_TO_74 = "65_74"
    FROM_75 = "75_plus"
    UNKNOWN = "unknown"


class Gender(StrEnum):
    """As seen or said, never from a document."""

    WOMAN = "woman"
    MAN = "man"
    NON_BINARY = "non_binary"
    UNKNOWN = "unknown"


class SessionKind(StrEnum):
    PLAN = "plan"
    ON_REQUEST = "on_request"
    EXTRA = "extra"


class SessionStatus(StrEnum):
    PLANNED = "planned"
    HELD = "held"
    PARTLY_HELD = "partly_held"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    NO_ATTENDEES = "no_attendees"
    CONNECTOR_ABSENT = "connector_absent"
    ROOM = "room"
    EQUIPMENT = "equipment"
    NO_INTERNET = "no_internet"
    HOLIDAY = "holiday"
    OTHER = "other"


class GroupType(StrEnum):
    """Who asked for an on-request session: a kind of group, never a person."""

    NEIGHBOURS = "neighbours"
    OLDER_PEOPLE = "older_people"
    WOMEN = "women"
    YOUTH = "youth"
    FAMILIES_SCHOOL = "families_school"
    NEWCOMERS = "newcomers"
    OTHER = "other"


class RequestStatus(StrEnum):
    """What became of a group's wish for training."""

    ASKED = "asked"
    AGREED = "agreed"
    HELD = "held"
    DECLINED = "declined"


class Weekday(StrEnum):
    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"


class DayPart(StrEnum):
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class Incident(StrEnum):
    NO_INTERNET = "no_internet"
    COMPUTER_FAILED = "computer_failed"
    ROOM_PROBLEM = "room_problem"
    LATE_START = "late_start"
    OTHER = "other"


class PaperSheet(StrEnum):
    """The sheet that people sign, where somebody asks for one. The paper is the evidence, not the app."""

    NONE = "none"
    COLLECTED = "collected"


class AttendanceStatus(StrEnum):
    """`registered` is "not marked": it counts neither as present nor as absent."""

    REGISTERED = "registered"
    PRESENT = "present"
    LATE = "late"
    LEFT_EARLY = "left_early"
    ABSENT = "absent"
    EXCUSED = "excused"


class Level(StrEnum):
    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Custody(StrEnum):
    """Who has the tablet when a shift ends with something that is only on it."""

    CENTRE = "centre"
    CONNECTOR = "connector"


class Revision(StrEnum):
    """Why a saved record was written again."""

    MISTAKE = "mistake"
    MISSING = "missing"
    CAME_BACK = "came_back"
    OTHER = "other"
    STATUS = "status"  # what became of it: nothing that was said before was wrong
    LIST = "list"  # the list of a session was opened once more, such as for somebody who came late
    VOID = "void"  # it is taken back, and counts for nothing
