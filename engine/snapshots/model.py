"""The account snapshot: one account as it was known at one moment (language 3).

An absent key is ``UNSET`` and means *unknown*; ``None`` and ``()`` mean *known none* (semantics 1.2). Numbers are
whole millionths (:class:`Number`), money is exact (:class:`Money`), instants carry their offset.
"""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from engine.foundation.quantities import Money, Number

Text = Annotated[str, Meta(max_length=10_000)] | None | UnsetType
Texts = tuple[Annotated[str, Meta(max_length=1_000)], ...] | None | UnsetType
Truth = bool | None | UnsetType
Date = date | None | UnsetType
Instant = Annotated[datetime, Meta(tz=True)] | None | UnsetType
Cash = Money | None | UnsetType
Plain = Annotated[Number, Meta(extra={"unit": "number"})] | None | UnsetType
Points = Annotated[Number, Meta(extra={"unit": "points"})] | None | UnsetType
Percent = Annotated[Number, Meta(extra={"unit": "percent"})] | None | UnsetType
Days = Annotated[Number, Meta(extra={"unit": "days"})] | None | UnsetType
Hours = Annotated[Number, Meta(extra={"unit": "hours"})] | None | UnsetType
WorkingHours = Annotated[Number, Meta(extra={"unit": "working hours"})] | None | UnsetType

Id = Annotated[str, Meta(min_length=1, max_length=200)]


class Record(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One record of a collection; ``fields`` holds the data a playbook declares beyond the built-in."""

    id: Id
    fields: dict[str, Any] = {}


class Contract(Record, frozen=True, kw_only=True):
    """A contract; its date is ``signed_on``."""

    name: Text = UNSET
    kind: Text = UNSET
    status: Text = UNSET
    signed_on: Date = UNSET
    starts_on: Date = UNSET
    ends_on: Date = UNSET
    amount: Cash = UNSET
    renewal_intent: Text = UNSET
    auto_renews: Truth = UNSET


class Purchase(Record, frozen=True, kw_only=True):
    """A purchase or invoice line; its date is ``on``."""

    on: Date = UNSET
    amount: Cash = UNSET
    profit: Cash = UNSET
    category: Text = UNSET
    product: Text = UNSET
    quantity: Plain = UNSET


class Holding(Record, frozen=True, kw_only=True):
    """A module or service the account holds; its date is ``since``."""

    module: Text = UNSET
    since: Date = UNSET
    until: Date = UNSET
    status: Text = UNSET


class Usage(Record, frozen=True, kw_only=True):
    """Use of the product on a day; its date is ``on``."""

    on: Date = UNSET
    feature: Text = UNSET
    count: Plain = UNSET
    hours: Hours = UNSET
    errors: Plain = UNSET


class Payment(Record, frozen=True, kw_only=True):
    """An invoice and how it was paid; its date is ``invoiced_on``."""

    invoiced_on: Date = UNSET
    due_on: Date = UNSET
    paid_on: Date = UNSET
    amount: Cash = UNSET
    days_late: Days = UNSET
    status: Text = UNSET


class Contact(Record, frozen=True, kw_only=True):
    """A person at the account; its date is ``joined_on``. ``opt_outs`` lists channels, ``nurture``, ``service`` or
    ``all``; channels among ``preferences`` are those to be used."""

    name: Text = UNSET
    role: Text = UNSET
    title: Text = UNSET
    department: Text = UNSET
    influence: Text = UNSET
    strength: Plain = UNSET
    status: Text = UNSET
    joined_on: Date = UNSET
    left_on: Date = UNSET
    preferences: Texts = UNSET
    opt_outs: Texts = UNSET
    language: Text = UNSET
    timezone: Text = UNSET
    email: Text = UNSET
    phone: Text = UNSET


class Interaction(Record, frozen=True, kw_only=True):
    """A contact that took place; its date is ``on``. ``about_id`` names the record it was about."""

    on: Date = UNSET
    kind: Text = UNSET
    direction: Text = UNSET
    channel: Text = UNSET
    contact_id: Text = UNSET
    about_id: Text = UNSET


class Survey(Record, frozen=True, kw_only=True):
    """A survey answer; its date is ``on``. ``score`` and ``csat`` are points of 100, ``nps`` −100 to 100."""

    on: Date = UNSET
    kind: Text = UNSET
    score: Points = UNSET
    nps: Points = UNSET
    csat: Points = UNSET
    contact_id: Text = UNSET


class Ticket(Record, frozen=True, kw_only=True):
    """A complaint, question or incident; its date is ``opened_at``."""

    title: Text = UNSET
    kind: Text = UNSET
    status: Text = UNSET
    priority: Text = UNSET
    opened_at: Instant = UNSET
    confirmed_at: Instant = UNSET
    proposed_at: Instant = UNSET
    resolved_at: Instant = UNSET
    closed_at: Instant = UNSET
    first_response: Hours = UNSET
    resolution: Hours = UNSET
    contacts_needed: Plain = UNSET
    satisfaction: Points = UNSET
    escalated: Truth = UNSET
    contact_id: Text = UNSET


class Delivery(Record, frozen=True, kw_only=True):
    """A delivery; its date is ``delivered_on`` (none while it is under way)."""

    name: Text = UNSET
    promised_on: Date = UNSET
    delivered_on: Date = UNSET
    days_late: Days = UNSET
    status: Text = UNSET


class Service(Record, frozen=True, kw_only=True):
    """A measured service figure with its limit; its date is ``measured_on``."""

    name: Text = UNSET
    measured_on: Date = UNSET
    value: Plain = UNSET
    limit: Plain = UNSET


class Commitment(Record, frozen=True, kw_only=True):
    """Something promised to the customer; its date is ``made_on``."""

    title: Text = UNSET
    made_on: Date = UNSET
    due_at: Instant = UNSET
    status: Text = UNSET
    stage: Text = UNSET
    effort: WorkingHours = UNSET
    at_risk: Truth = UNSET
    progress: Percent = UNSET
    contact_id: Text = UNSET


class Project(Record, frozen=True, kw_only=True):
    """A joint project; its date is ``agreed_on``."""

    kind: Text = UNSET
    name: Text = UNSET
    status: Text = UNSET
    agreed_on: Date = UNSET
    starts_on: Date = UNSET
    ends_on: Date = UNSET


class Milestone(Record, frozen=True, kw_only=True):
    """A step of a project; its date is ``done_on`` (none while it is open). ``about_id`` names the record it is a step
    of where that is no project, such as a commitment."""

    title: Text = UNSET
    project_id: Text = UNSET
    about_id: Text = UNSET
    due_on: Date = UNSET
    done_on: Date = UNSET
    status: Text = UNSET
    progress: Percent = UNSET


class Need(Record, frozen=True, kw_only=True):
    """A need of the customer; its date is ``raised_on``."""

    title: Text = UNSET
    topic: Text = UNSET
    depth: Text = UNSET
    kano: Text = UNSET
    status: Text = UNSET
    urgency: Plain = UNSET
    value: Plain = UNSET
    raised_on: Date = UNSET


class Request(Record, frozen=True, kw_only=True):
    """A special request; its date is ``made_on``."""

    title: Text = UNSET
    kind: Text = UNSET
    status: Text = UNSET
    origin: Text = UNSET
    made_on: Date = UNSET
    discount: Percent = UNSET
    contract_years: Plain = UNSET


class Opportunity(Record, frozen=True, kw_only=True):
    """A possible sale; its date is ``opened_on``."""

    name: Text = UNSET
    stage: Text = UNSET
    status: Text = UNSET
    opened_on: Date = UNSET
    closes_on: Date = UNSET
    letter_on: Date = UNSET
    amount: Cash = UNSET
    discount: Percent = UNSET


class Competitor(Record, frozen=True, kw_only=True):
    """A rival seen at the account; its date is ``entered_on``."""

    name: Text = UNSET
    entered_on: Date = UNSET
    active: Truth = UNSET


class Document(Record, frozen=True, kw_only=True):
    """A document from the customer or signed by both; its date is ``signed_on``. ``about_id`` names the record it is
    about, such as an opportunity or a commitment."""

    title: Text = UNSET
    kind: Text = UNSET
    signed_on: Date = UNSET
    about_id: Text = UNSET
    contact_id: Text = UNSET


class Effort(Record, frozen=True, kw_only=True):
    """What serving the account cost; its date is ``on``."""

    on: Date = UNSET
    kind: Text = UNSET
    cost: Cash = UNSET
    hours: Hours = UNSET


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the account is."""

    industry: Text = UNSET
    size: Text = UNSET
    business: Text = UNSET
    region: Text = UNSET
    country: Text = UNSET
    purchase_cycle: Text = UNSET
    calendar: Text = UNSET
    employees: Plain = UNSET
    plan: Text = UNSET


class Relationship(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Since when and how the account is a customer."""

    started_on: Date = UNSET
    ended_on: Date = UNSET
    stage: Text = UNSET


class Coverage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """From when to when a collection's records are complete, both days included (semantics 2.5)."""

    from_: date | None = None
    to: date | None = None


class AccountSnapshot(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One account at ``as_of``. ``owners`` maps a role of ours to a person's id in the team file."""

    format: Literal["playbook-snapshot/1"] = "playbook-snapshot/1"
    id: Id
    name: Annotated[str, Meta(max_length=1_000)]
    as_of: Annotated[datetime, Meta(tz=True)] | UnsetType = UNSET
    language: Text = UNSET
    profile: Profile = Profile()
    relationship: Relationship = Relationship()
    owners: dict[str, str] = {}
    coverage: dict[str, Coverage] = {}
    contracts: tuple[Contract, ...] | UnsetType | None = UNSET
    purchases: tuple[Purchase, ...] | UnsetType | None = UNSET
    holdings: tuple[Holding, ...] | UnsetType | None = UNSET
    usage: tuple[Usage, ...] | UnsetType | None = UNSET
    payments: tuple[Payment, ...] | UnsetType | None = UNSET
    contacts: tuple[Contact, ...] | UnsetType | None = UNSET
    interactions: tuple[Interaction, ...] | UnsetType | None = UNSET
    surveys: tuple[Survey, ...] | UnsetType | None = UNSET
    tickets: tuple[Ticket, ...] | UnsetType | None = UNSET
    deliveries: tuple[Delivery, ...] | UnsetType | None = UNSET
    services: tuple[Service, ...] | UnsetType | None = UNSET
    commitments: tuple[Commitment, ...] | UnsetType | None = UNSET
    projects: tuple[Project, ...] | UnsetType | None = UNSET
    milestones: tuple[Milestone, ...] | UnsetType | None = UNSET
    needs: tuple[Need, ...] | UnsetType | None = UNSET
    requests: tuple[Request, ...] | UnsetType | None = UNSET
    opportunities: tuple[Opportunity, ...] | UnsetType | None = UNSET
    competitors: tuple[Competitor, ...] | UnsetType | None = UNSET
    efforts: tuple[Effort, ...] | UnsetType | None = UNSET
    documents: tuple[Document, ...] | UnsetType | None = UNSET
    fields: dict[str, Any] = {}


class Collection(Struct, frozen=True):
    """A collection of the snapshot: its record type, the singular a rule calls it by, its date field."""

    name: str
    singular: str
    record: type[Record]
    date_field: str


COLLECTIONS: Final[dict[str, Collection]] = {
    each.name: each
    for each in (
        Collection("contracts", "contract", Contract, "signed_on"),
        Collection("purchases", "purchase", Purchase, "on"),
        Collection("holdings", "holding", Holding, "since"),
        Collection("usage", "usage_record", Usage, "on"),
        Collection("payments", "payment", Payment, "invoiced_on"),
        Collection("contacts", "contact", Contact, "joined_on"),
        Collection("interactions", "interaction", Interaction, "on"),
        Collection("surveys", "survey", Survey, "on"),
        Collection("tickets", "ticket", Ticket, "opened_at"),
        Collection("deliveries", "delivery", Delivery, "delivered_on"),
        Collection("services", "service", Service, "measured_on"),
        Collection("commitments", "commitment", Commitment, "made_on"),
        Collection("projects", "project", Project, "agreed_on"),
        Collection("milestones", "milestone", Milestone, "done_on"),
        Collection("needs", "need", Need, "raised_on"),
        Collection("requests", "request", Request, "made_on"),
        Collection("opportunities", "opportunity", Opportunity, "opened_on"),
        Collection("competitors", "competitor", Competitor, "entered_on"),
        Collection("efforts", "effort", Effort, "on"),
        Collection("documents", "document", Document, "signed_on"),
    )
}
"""Every collection by name. A record whose date lies after ``today`` is not visible (semantics 3.1)."""

LINKS: Final[dict[str, str]] = {"contact_id": "contacts", "project_id": "projects"}
"""Record fields that name one record of another collection (``contact.influence`` of an interaction)."""
