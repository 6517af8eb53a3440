"""Working days and hours, public holidays, periods, due dates: pure functions over frozen values (semantics 3).

``moments`` instants and local dates · ``hours`` the week of a calendar · ``public_holidays`` what is known of a
region's year · ``workdays`` calendars and when they are open · ``locales`` the calendar a locale brings · ``due``
due dates · ``months`` date arithmetic that clamps · ``periods`` named stretches of the calendar.
"""
