-- Runs of batches, and what is known of every record. Open it with any SQLite; while a run is on, read only.
CREATE TABLE run (
    id         INTEGER PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    door       TEXT NOT NULL,
    begun_at   TEXT NOT NULL,
    planned_at TEXT
) STRICT;

CREATE TABLE record (
    run        INTEGER NOT NULL REFERENCES run (id),
    seq        INTEGER NOT NULL CHECK (seq > 0),
    -- The idempotency key.
    key        TEXT NOT NULL,
    -- Where it stands in the input.
    file       TEXT,
    line       INTEGER,
    in_column  TEXT,
    -- What it writes to: of those with one target one is on its way at a time.
    target     TEXT,
    payload    TEXT,
    digest     TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('planned', 'claimed', 'sent', 'stored', 'refused', 'ambiguous')),
    attempt    INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    -- Who is at it.
    worker     TEXT,
    claimed_at TEXT,
    sent_at    TEXT,
    sends      INTEGER NOT NULL DEFAULT 0,
    -- Until when what was sent may be stored.
    landed_by  TEXT,
    -- Not to be claimed before.
    due_at     TEXT NOT NULL,
    settled_at TEXT,
    code       TEXT,
    reason     TEXT,
    -- The key of the record that was written.
    record     TEXT,
    PRIMARY KEY (run, seq),
    CHECK ((state IN ('claimed', 'sent')) = (worker IS NOT NULL)),
    CHECK (state != 'claimed' OR (claimed_at IS NOT NULL AND sent_at IS NULL)),
    CHECK (state != 'sent' OR (sent_at IS NOT NULL AND landed_by IS NOT NULL)),
    CHECK ((state IN ('stored', 'refused', 'ambiguous')) = (settled_at IS NOT NULL)),
    CHECK (state NOT IN ('refused', 'ambiguous') OR (code IS NOT NULL AND reason IS NOT NULL)),
    CHECK (payload IS NOT NULL OR state = 'refused')
) STRICT;

-- A row that was refused when it was taken up has no part in this: it may have the key of another one.
CREATE UNIQUE INDEX record_by_key ON record (run, key) WHERE state != 'refused' OR attempt > 0;
CREATE INDEX record_by_state ON record (run, state, seq);
CREATE INDEX record_by_target ON record (run, target, seq)
    WHERE target IS NOT NULL AND state IN ('planned', 'claimed', 'sent');
