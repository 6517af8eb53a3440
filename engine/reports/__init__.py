"""Plans for people: their words in two languages, sheets, and a page that can be printed."""
