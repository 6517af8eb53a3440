CREATE TABLE ledger_version (version_num TEXT NOT NULL PRIMARY KEY);
INSERT INTO ledger_version VALUES ('0999');
