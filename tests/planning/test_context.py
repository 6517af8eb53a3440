"""The digest of a context is of what files say: a line moved must not look like another team in the records."""

from engine import Context
from tests.inline import team


def test_how_a_team_is_written_does_not_change_the_digest() -> None:
    flow = team("people: {li_na: {name: Li Na, roles: [sales_director], away: [{from: 2026-01-01, to: 2026-01-03}]}}")
    block = team("""
        # the same, line by line
        people:
          li_na:
            roles: [sales_director]
            away: [{to: 2026-01-03, from: 2026-01-01}]
            name: "Li Na"
    """)
    other = team("people: {li_na: {name: Li Na, roles: [account_manager]}}")
    assert Context(team=flow).digest() == Context(team=block).digest()
    assert Context(team=flow).digest() != Context(team=other).digest()
