"""Every kind of problem, with its stable code.

The table is the source of ``docs/reference/problems.md``. Codes are never reused: PB0 reading text,
PB1 shape, PB2 names, PB3 types and quantities, PB4 structure, PB5 promises of an entry, PB6 templates,
PB7 account data, PB8 mappings, team files, exceptions, rates and scenarios, PB9 the ledger.
"""

from engine.foundation.problems import Code

# PB0: reading text -----------------------------------------------------------------------------------
NOT_UTF8 = Code("PB001", "error", "not UTF-8", "The file's bytes are not UTF-8 text; save it as UTF-8.")
TOO_LARGE = Code("PB002", "error", "too large", "The file is over the size limit of its kind.")
TOO_DEEP = Code("PB003", "error", "nested too deeply", "Lists or mappings are nested over the limit of 64.")
BAD_YAML = Code("PB004", "error", "not valid YAML", "The text breaks YAML's rules at the named place.")
DUPLICATE_KEY = Code(
    "PB005", "error", "duplicate key", "A key stands twice in one mapping; one of the two would be lost."
)
ALIAS_BOMB = Code("PB006", "error", "aliases expand too far", "Anchors and aliases would unfold into too much data.")
NUMBER_FORM = Code(
    "PB007",
    "error",
    "number in an unclear form",
    "Numbers are written 12, -3 or 0.5; other forms (08, 1e3, 0x1f, 1_000) mean different things to "
    "different programs.",
)
PEN_SLIP = Code("PB008", "error", "slip of the pen", "A full-width sign, a missing quote or space changed the meaning.")
FILE_MISSING = Code("PB009", "error", "no such file", "The named file or folder can't be opened.")
NO_PLAYBOOK = Code(
    "PB010", "error", "not a playbook", "The folder has no `playbook.yaml`, or the file names no playbook."
)
TITLE_CUT = Code(
    "PB011", "warning", "text cut at a comment", "` #` begins a comment: the rest of the text is not read."
)
FULL_WIDTH_COMMA = Code(
    "PB012", "warning", "full-width comma in a list", "`，` does not separate items of a list; it stays in the text."
)
UNREAD_YAML = Code(
    "PB013",
    "error",
    "part of YAML that is not read",
    "Tags, merge keys, several documents in one file and keys that are not texts are no part of this language.",
)
FOLDER_TAKEN = Code("PB014", "error", "folder in use", "The folder holds something, and nothing is overwritten.")

# PB1: shape ------------------------------------------------------------------------------------------
UNKNOWN_KEY = Code("PB101", "error", "unknown key", "The key is not known at this place.")
MISSING_KEY = Code("PB102", "error", "missing key", "An entry lacks a key that it needs.")
WRONG_SHAPE = Code(
    "PB103", "error", "wrong kind of value", "A text, number, list or mapping stands where another belongs."
)
NOT_ONE_OF = Code("PB104", "error", "not one of the allowed values", "The value is not in the list of allowed ones.")
BAD_FORM = Code("PB105", "error", "value in a wrong form", "The text does not have the form its place asks for.")
BAD_ID = Code(
    "PB106",
    "error",
    "unusable id",
    "Ids are snake_case letters of any script and digits, and no operator's name.",
)
LANGUAGE_VERSION = Code("PB107", "error", "unknown language version", "This program reads `language: 1`.")
UNEQUAL_LISTS = Code("PB108", "error", "translations of unequal length", "Each language's list needs the same length.")

# PB2: names ------------------------------------------------------------------------------------------
UNKNOWN_NAME = Code("PB201", "error", "unknown name", "Nothing of this name is declared or built in.")
UNKNOWN_PARAMETER = Code("PB202", "error", "unknown parameter", "`$name` refers to nothing that has a value.")
UNKNOWN_VALUE = Code("PB203", "error", "unknown value", "The value can never occur there: a typo, most likely.")
DEFINED_TWICE = Code(
    "PB204", "error", "defined twice", "The same id is defined in two files, or for two things read by their name."
)
DRAFT_REFERENCE = Code("PB205", "error", "live entry reads a draft", "Drafts are invisible to live entries.")
NOT_READABLE_HERE = Code(
    "PB206",
    "error",
    "not readable here",
    "`where` reads the record, `when` the account; `account.x` reaches out.",
)
BASE_MISSING = Code("PB207", "error", "no such base", "`extends` names a playbook that can't be found or read.")
BASE_VERSION = Code("PB208", "error", "base of another version", "The base is not of the version the overlay is for.")
BASE_CLASH = Code("PB209", "error", "bases clash", "Two playbooks that are combined say different things of one entry.")
OVERRIDES_NOTHING = Code(
    "PB210", "error", "changes what no base has", "An overlay changes, removes or takes away what is not there."
)
FORMER_ID = Code("PB211", "error", "former id in use", "A former id is in use, or two entries claim it.")

# PB3: types and quantities ---------------------------------------------------------------------------
TYPE_MISMATCH = Code("PB301", "error", "types don't match", "The two sides can't be compared, e.g. money and text.")
UNIT_MISMATCH = Code(
    "PB302", "error", "units don't match", "The quantity has another unit than what it is held against."
)
BAD_QUANTITY = Code(
    "PB303", "error", "unreadable quantity", "A quantity is a number and its unit: `15%`, `2 working hours`."
)
BAD_OPERATOR = Code("PB304", "error", "operator does not fit", "The operator does not exist for this type.")
TOO_PRECISE = Code("PB305", "error", "more digits than are kept", "Figures keep 6 decimals, money its minor units.")
BAD_PATTERN = Code(
    "PB306", "error", "unusable pattern", "The pattern of `matches` is not a linear-time regular expression."
)
BOUNDS_REVERSED = Code(
    "PB307", "error", "bounds reversed", "The first bound of `between` lies above the second, so nothing lies between."
)

# PB4: structure --------------------------------------------------------------------------------------
CIRCLE = Code("PB401", "error", "circle", "Entries depend on each other in a circle, so none can be worked out first.")
DATED_GAP = Code("PB402", "warning", "undefined before a date", "Before the first date the parameter has no value.")
REQUIRED_UNSET = Code("PB404", "error", "figure not set", "The adopter must set this parameter; the source gives none.")
BANDS_ORDER = Code("PB405", "error", "bands out of order", "Two bands begin at the same figure.")
OVERLAP = Code(
    "PB406",
    "note",
    "begins and ends at once",
    "`when` and `ends_when` can hold together; `ends_when` wins.",
)
WEIGHTS = Code("PB407", "error", "weights don't sum to 100", "The weights of a weighted figure sum to 100.")
ROWS_OVERLAP = Code("PB408", "error", "two rows hold together", "`choose` needs rows of which exactly one holds.")
NEVER_CONTACTED = Code(
    "PB409",
    "note",
    "silent on no data",
    "Days since an event that never happened compare as false; say `if_none: true` if they should count.",
)
NEVER_HOLDS = Code(
    "PB411",
    "warning",
    "can never hold",
    "A figure is held against one that it can't come to by its own definition, such as 120 points of a score.",
)
MUTE_LIGHTER = Code("PB410", "error", "mutes a heavier light", "A warning mutes only equal or lighter lights.")
MODULES_CLASH = Code(
    "PB420",
    "error",
    "modules exclude each other",
    "Service modules that exclude each other are needed or granted together.",
)
NOT_FOR_CUSTOMERS = Code("PB421", "error", "not for customers", "A message for customers attaches a case of failure.")

# PB5: promises of an entry ---------------------------------------------------------------------------
NO_FIRING_SCENARIO = Code(
    "PB501",
    "error",
    "stable without a firing scenario",
    "`status: stable` promises a scenario where it fires.",
)
NO_QUIET_SCENARIO = Code(
    "PB502",
    "error",
    "stable without a quiet scenario",
    "`status: stable` promises a scenario where it stays quiet.",
)
ACTION_ID = Code("PB503", "error", "action needs an id", "An entry with several inline actions gives each an `id`.")

# PB6: templates --------------------------------------------------------------------------------------
TEMPLATE_SYNTAX = Code(
    "PB601", "error", "template does not compile", "The template breaks Jinja's rules at the named line."
)
TEMPLATE_VARIABLE = Code(
    "PB602", "error", "undefined in template", "The template uses a name that some path leaves undefined."
)
TEMPLATE_LIMIT = Code(
    "PB603", "error", "template over its bounds", "The template ran over its limit of steps, size or output."
)
TEMPLATE_MISSING = Code(
    "PB604", "error", "no template", "The content names a template that no file of `templates/` holds."
)
TEMPLATE_FORBIDDEN = Code("PB605", "error", "forbidden in a template", "The sandbox refuses this operation.")
TEMPLATE_VALUE = Code(
    "PB606",
    "error",
    "value does not fit the template",
    "An operation of the template met a value it is not made for, e.g. a list that is printed as a whole.",
)

# PB7: account data -----------------------------------------------------------------------------------
BAD_JSON = Code("PB701", "error", "not valid JSON", "The line or file is not one JSON document.")
BAD_ACCOUNT = Code("PB702", "error", "account breaks the schema", "A value of the account is of the wrong type or key.")
DUPLICATE_ID = Code("PB703", "error", "duplicate id", "Two records of a collection share an id.")
FROM_THE_FUTURE = Code(
    "PB704", "error", "snapshot is later than the plan", "The account's `as_of` lies after the plan's."
)
OVERFLOW = Code("PB705", "error", "figure too large", "A figure of the account does not fit in 64 bits at its scale.")
BELOW_BANDS = Code("PB706", "error", "below the lowest band", "A figure lies below the lowest band of a class.")
SEVERAL_ROWS = Code("PB707", "error", "several rows hold", "Two rows of `choose` hold for this account.")
BAD_FIELD = Code(
    "PB708",
    "error",
    "declared field of the wrong type",
    "A value under `fields` is not of its declared type.",
)
ACCOUNT_UNKNOWN = Code("PB709", "error", "no such account", "No account of the input has this id.")

# PB8: mappings, team files, rates, scenarios ----------------------------------------------------------------
BAD_MAPPING = Code("PB801", "error", "unusable mapping", "The mapping file does not describe tables that can be read.")
BAD_CELL = Code("PB802", "error", "unreadable cell", "A cell of a table is not of its declared type.")
BAD_TEAM = Code("PB803", "error", "unusable team file", "The team file breaks its schema.")
BAD_SCENARIO = Code(
    "PB804", "error", "unusable scenario", "The scenario breaks its schema or expects an unknown entry."
)
ORPHAN_ROW = Code("PB805", "warning", "row of no account", "Rows name an account that the mapping does not list.")
UNMET = Code("PB806", "error", "expectation not met", "The plan is not what the scenario says it must be.")
BAD_RATES = Code(
    "PB807", "error", "unusable exchange rates", "The file of rates has another shape, or a row can't be read."
)
NO_VALUE = Code(
    "PB808",
    "warning",
    "cell without a value",
    "A cell holds an error such as `#N/A`, a formula without a result, or a list: what it would say is unknown.",
)
NAMELESS = Code(
    "PB809", "warning", "account that may be none",
    "A row of the accounts has an id, but no name or nothing else at all: a total or a note?",
)  # fmt: skip
BAD_EXCEPTIONS = Code(
    "PB810", "error", "unusable exceptions file", "The exceptions file breaks its schema, or names what is not there."
)
EXCEPTION_ENDED = Code(
    "PB811", "warning", "exception has ended",
    "What the exception or silence held back acts again; what the override set is decided by the data.",
)  # fmt: skip
BAD_SOURCES = Code("PB812", "error", "unusable file of sources", "A line does not say where a record was read.")
NAMED_NOBODY = Code(
    "PB813", "warning", "no such account in the input",
    "The exceptions file names an account that the input has not: is it written as there?",
)  # fmt: skip
BAD_DELIVERY = Code(
    "PB814", "error", "unusable delivery settings", "The file breaks its schema, or names what can't be used."
)

NOBODY_OF_OURS = Code(
    "PB815", "warning", "nobody of the team",
    "An account names a person of ours whom the team file does not have: no manager, cover or address is known.",
)  # fmt: skip
NO_SUCH_ROLE = Code(
    "PB816", "warning", "no role of the playbook",
    "The team file or an account gives a role that is written otherwise than in the playbook: nobody has it.",
)  # fmt: skip
NOBODY_TOLD = Code(
    "PB817", "warning", "escalation to nobody",
    "A step of an escalation tells a role that nobody of the team holds, nor one that stands in for it.",
)  # fmt: skip

# PB9: the ledger ------------------------------------------------------------------------------------
LEDGER_UNUSABLE = Code(
    "PB901", "error", "unusable ledger", "The ledger can't be opened, read or written: the message says why."
)
LEDGER_NEWER = Code(
    "PB902", "error", "ledger of a newer version", "The ledger was written by a newer version of the program."
)
LEDGER_RACED = Code("PB903", "error", "account written by others", "Others wrote the account while it was planned.")
PLAN_MOVED = Code(
    "PB904", "error", "saved plan out of date", "An input has moved since the plan was saved: the message says which."
)
NO_SAVED_PLAN = Code(
    "PB905", "error", "no saved plan", "The file to be applied is not one that `plan --ledger URL --out` has written."
)
