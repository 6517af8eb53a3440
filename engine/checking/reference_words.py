"""What each key of a playbook says, in one sentence: the words of the generated reference.

A key is looked up as ``section.key`` first, then by itself.
"""

from typing import Final

KEYS: Final[dict[str, str]] = {
    # the manifest
    "playbook": "the id of the playbook; begins every playbook",
    "version": "the playbook's own version, for people",
    "language": "the version of this language; `1`",
    "locale": "a locale such as `zh-CN`; brings time zone, holidays, office hours and the language of titles",
    "calendar": "the calendar to work by, one of `calendars`; without it the locale's",
    "fiscal_year": "`{starts: 04-01}`: where quarters, half years and years begin; without it the calendar",
    "money": "`{report_in: CNY}`: the currency that figures are worked out in; without it the currency of the locale",
    # what every entry may carry
    "title": "what people call it",
    "extends": "the playbooks it changes and adds to: `handbook@1`, or a path; it is then an overlay",
    "manifest.formerly": "ids that the playbook's work was known by before",
    "formerly": "ids that the entry had before; what was planned under them goes on",
    "source": "where it comes from, for example `H-09`",
    "note": "a remark for authors",
    "status": "`draft` runs in the shadow, `test` (the default) works, `stable` also promises scenarios",
    "from": "the first day on which the entry holds",
    "until": "the last day on which the entry holds",
    # calendars
    "timezone": "an IANA time zone such as `Asia/Shanghai`; without it the locale's",
    "region": "the country whose public holidays are closed, as an ISO code; without it none",
    "hours": "opening hours by weekday, or `24x7`; without it the locale's",
    "closed": "further closed days",
    "open": "days that are open although weekday or holiday say otherwise",
    # parameters
    "parameters.value": "the value; with `dated`, the value before the first date",
    "dated": "values from a date on",
    "by": "the class or field that chooses among `values`",
    "values": "the value for each value of `by`",
    "parameters.otherwise": "the value where none of `values` fits",
    "required": "whoever adopts the playbook must give a value",
    "example": "the value that scenarios use for a required parameter",
    "parameters.one_of": "the values it may take",
    # fields
    "fields.type": "the type of the data",
    "fields.one_of": "the texts that can occur; then no `type` is needed",
    # roles
    "else": "the role that takes over where nobody has this one",
    "group": "a name for several roles, to which a message can go",
    "cares_about": "what people in this role care about",
    # classes
    "of": "the figure that `bands` are read from",
    "bands": "the figure from which each value counts; the lowest that belongs",
    "below": "`lowest`: the lowest band also takes what lies below it",
    "choose": "a condition for each value, of which exactly one holds",
    "first": "a condition for each value; the first that holds decides",
    "climb": "a condition for each step, lowest first; it stands at the last step reached without a gap",
    "classes.otherwise": "the value where no row of `first` holds",
    "labels": "what people call each value",
    "ranks": "the values from lowest to highest; bands and steps have theirs",
    "reassess": "the value changes at most once in each such period",
    "down_after": "how many assessments in a row must say lower before the value falls",
    # scores
    "scores.parts": "its parts by id; their weights sum to 100",
    "scores.bands": "names for how good it is, and the points from which each counts; read as the score and `_band`",
    "when_part_missing": "what becomes of it where a figure is missing: `unknown` (the default) makes it unknown or"
    " none too, `spread` gives the weight to what is left, `zero` counts it as 0",
    "weight": "its share of the whole, or of the part it stands in, in percent; a bare number is this alone",
    "parts.of": "a figure in points, or further parts by id; without it the part's own id names the figure",
    "parts.points": "a figure that `bands` turn into points in place",
    "parts.bands": "points, and the figure from which each counts",
    # warnings, cadence, rules: who, what for, cause
    "light": "the light it lights; green is for watching",
    "applies_to": "who is in scope at all; a condition on the account",
    "each": "a collection: one occurrence for each of its records, named in the singular (`contract.ends_on`)",
    "where": "which records; reads the record's fields by their bare names",
    "when": "the cause; a condition on the account, and on the record by its name",
    "since": "the record's own time from which due dates count, such as `ticket.opened_at`",
    # steadiness
    "must_hold": "how long the cause must have held before it counts",
    "ends_when": "what ends it; without this it ends when its cause no longer holds",
    "keep": "how long it stays on after it ended",
    "reopen_within": "within this time after its end it goes on as the same occurrence",
    "stale_after": "how long data may be missing before somebody is asked to mend it; 30 days if nothing is said",
    # effect
    "mutes": "warnings whose effects are held back while this one is on; of equal or lighter light",
    "grants": "what the account is entitled to",
    "do": "plays by name, and actions written in place",
    "cooldown": "how long after its last action it stays quiet",
    "at_most": "how often it may act, such as `2 per quarter`",
    # cadence
    "every": "how often: a period word, or several such as `2 weeks`",
    "on": "on which days: `11-11`, `2026-11-11`, a public holiday such as `spring_festival` or `春节`, a date of the "
    "data such as `contract.ends_on` (once, or with `every: year` each year), or a parameter that lists such days",
    "ahead": "how long before such a day its work is planned; 3 months if nothing is said",
    "counted_from": "`last`: from the last interaction; `calendar`: in each period; `contract`: in the contract's own",
    "counts": "further kinds of interaction that count as done",
    "counts_also_for": "other cadences for which what counts here counts as well: a visit of a higher level",
    "together_with": "another cadence: both are done in one visit where a day suits the `grace` of each",
    "grace": "how long after a period's end its occurrence may still be done; of a day, how near to it is near enough "
    "(7 days if nothing is said)",
    "agenda": "the agenda; stands in for a checklist",
    "prepare": "tasks before it, due `5 working days before event`",
    # actions
    "actions.id": "its name within the entry; needed where an entry has several actions written in place",
    "kind": "the kind of action, see below",
    "owner": "the roles of ours that may own it, the first that somebody holds",
    "ours": "further roles of ours that take part",
    "theirs": "roles at the customer that take part",
    "to": "whom the message goes to, if not as its content says: a role, or `{role: …, pick: strongest}`",
    "send": "the message that goes with it, an entry of `content`",
    "due": "when it is due: a length after its start, or `48 hours before $commitment.due_at`",
    "needs": "tasks of the same play that come before it",
    "priority": "how urgent it is; `normal` if nothing is said",
    "effort": "how much work it is",
    "checklist": "what to go through",
    "options": "ways to choose from, by id",
    "done_when": "data that shows it done",
    "confirm_by": "the document about the record that must be there before it is done, see `documents` of the snapshot",
    "escalate": "the escalation list that applies while it is late",
    # plays
    "for": "the collection whose record the play is about",
    "tasks": "its tasks, by id",
    "plays.ends_when": "what ends the play early",
    # escalation
    "after": "how long after the due time; `0 hours` for at once",
    "notify": "`owner`, `manager of owner`, or a role of ours",
    "repeat": "how often again",
    "escalation.at_most": "how many times in all; once if nothing is said",
    # content
    "content.kind": "`message`",
    "content.to": "whom it goes to: a role, `all_contacts`, or `{role: …, pick: strongest}`",
    "audience": "`customer`, or `internal` for our own people",
    "channel": "how it goes out",
    "class": "`service` belongs to the contract, `nurture` is for the relationship",
    "subject": "the subject, a template of one line",
    "template": "the file in `templates/`, if it is not named as the entry",
    "approval": "whether a person approves it first; for customers, if nothing is said, yes",
    # catalogue
    "promise": "what it promises the customer",
    "cost": "what a year of it costs us, such as `12000 CNY`",
    "requires": "modules it does not work without; what the account lacks of them is said",
    "excludes": "modules it can't go together with; the one granted first stays",
    "includes": "the modules of a bundle",
    "suits": "whom it suits: where the account has it not, the plan lists it under `offers`",
    "partner": "who delivers it, where that is not us",
}

OPTIONS: Final[dict[str, str]] = {
    "each": "the collection for whose records it is worked out, one figure per record",
    "where": "which records count",
    "in_last": "only records whose date lies in this time, today included",
    "in_next": "only records whose date lies in this time ahead, both ends included",
    "last": "only the last few by date, such as `3 records`; with `per` the last complete ones, such as `8 periods`",
    "undecided": "`skip` leaves out records whose `where` is unknown; else they make the figure unknown",
    "per": "the period that records are summed up by",
    "take": "what stands for a period: its `total` (if nothing is said), or the `average` of its records",
    "against": "`before`: the period before; `year_before`: the same one a year before",
    "among": "only accounts of which this condition holds take part; others have none",
    "over": "`{same: profile.industry}`: accounts are held against those of the same text only; also several names",
    "best": "`high` (if nothing is said) or `low`: which end is the best",
    "own": "`counted` (if nothing is said), or `left_out`: then only bigger accounts add up",
    "settles_after": "how long after its end a period is complete",
    "by": "the least fall or rise that counts, such as `15%`",
    "bands": "points, and the figure from which each counts",
    "out_of": "what should be there",
    "if_none": "what a comparison says where there is no figure: `true`, `false`, or a value to compare instead",
}

FORMS: Final[dict[str, str]] = {
    "path": "`collection.field`",
    "one": "a field or metric",
    "two": "two of them, in a list",
    "many": "two or more, in a list",
    "condition": "a condition on accounts",
    "weights": "metrics with whole weights that sum to 100",
    "value": "a value",
    "values": "a list of values",
    "pair": "two values in a list",
    "length": "a length of time",
    "truth": "`true` or `false`",
    "text": "a text",
}

TAKES: Final[dict[str, str]] = {
    "count": "a collection",
    "share": "a collection",
    "days_since": "`collection.field`, or a date of the account",
    "days_until": "`collection.field`, or a date of the account",
    "months_since": "`collection.field`, or a date of the account",
    "change": "`collection.field`, or a collection to count its records",
    "falling_streak": "`collection.field`, or a collection to count its records",
    "trend": "`collection.field`, or a collection to count its records",
    "volatility": "`collection.field`, or a collection to count its records",
    "rising_streak": "`collection.field`, or a collection to count its records",
}
"""What a verb takes, where its form does not say enough."""

UNITS: Final[dict[str, str]] = {
    "points": "scores from 0 to 100, and differences of them",
    "percent": "a share or a relative change",
    "percentage points": "a difference of two percentages",
    "money": "an amount with its currency, exact to the minor unit",
    "minutes": "on the clock",
    "hours": "on the clock",
    "working hours": "in opening hours only",
    "days": "of the calendar",
    "working days": "open days, counted from the first one after the start",
    "weeks": "7 days",
    "months": "the same day of the month, or its last",
    "quarters": "3 months",
    "half years": "6 months",
    "years": "12 months",
}
