-- Runs of batches, and what is known of every record. Times are this database's; workers' clocks don't count.
CREATE TABLE run (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name           text NOT NULL UNIQUE,
    door           text NOT NULL,
    begun_at       timestamptz NOT NULL,
    -- As long as somebody takes its input up.
    planning_until timestamptz NOT NULL,
    planned_at     timestamptz,
    -- What its workers share: how many sessions are at work, how many records go a second, and when the next one may.
    sessions       integer CHECK (sessions > 0),
    rate           double precision CHECK (rate > 0),
    next_turn      timestamptz
);

-- Never deleted: what a worker held that is gone is known by it.
CREATE TABLE worker (
    id          text PRIMARY KEY,
    run         bigint NOT NULL REFERENCES run (id),
    joined_at   timestamptz NOT NULL,
    lease_until timestamptz NOT NULL
);
CREATE INDEX worker_by_run ON worker (run, lease_until);

-- Who has which of the run's sessions.
CREATE TABLE session (
    run    bigint NOT NULL REFERENCES run (id),
    slot   integer NOT NULL CHECK (slot >= 0),
    worker text NOT NULL REFERENCES worker (id),
    PRIMARY KEY (run, slot)
);

CREATE TABLE record (
    run        bigint NOT NULL REFERENCES run (id),
    seq        bigint NOT NULL CHECK (seq > 0),
    -- The idempotency key, and its SHA-256: a key may be longer than an index takes.
    key        text NOT NULL,
    key_hash   bytea NOT NULL,
    -- Where it stands in the input.
    file       text,
    line       bigint,
    in_column  text,
    -- What it writes to: of those with one target one is on its way at a time.
    target     text,
    target_hash bytea,
    payload    text,
    digest     text NOT NULL,
    state      text NOT NULL CHECK (state IN ('planned', 'claimed', 'sent', 'stored', 'refused', 'ambiguous')),
    attempt    integer NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    -- Who is at it, and the claim by which it has it.
    worker     text REFERENCES worker (id),
    claim      text,
    claimed_at timestamptz,
    sent_at    timestamptz,
    sends      integer NOT NULL DEFAULT 0,
    -- Until when what was sent may be stored.
    landed_by  timestamptz,
    -- Not to be claimed before.
    due_at     timestamptz NOT NULL,
    settled_at timestamptz,
    settled_by text REFERENCES worker (id),
    code       text,
    reason     text,
    -- The key of the record that was written.
    record     text,
    PRIMARY KEY (run, seq),
    CHECK ((state IN ('claimed', 'sent')) = (worker IS NOT NULL)),
    CHECK (state != 'claimed' OR (claimed_at IS NOT NULL AND sent_at IS NULL)),
    CHECK (state != 'sent' OR (sent_at IS NOT NULL AND landed_by IS NOT NULL)),
    CHECK ((state IN ('stored', 'refused', 'ambiguous')) = (settled_at IS NOT NULL)),
    CHECK (state NOT IN ('refused', 'ambiguous') OR (code IS NOT NULL AND reason IS NOT NULL)),
    CHECK (payload IS NOT NULL OR state = 'refused')
);

-- Held by the database itself, whatever two workers see of each other.
-- A row that was refused when it was taken up has no part in this: it may have the key of another one.
CREATE UNIQUE INDEX record_by_key ON record (run, key_hash) WHERE state != 'refused' OR attempt > 0;
CREATE UNIQUE INDEX record_on_its_way ON record (run, target_hash)
    WHERE target_hash IS NOT NULL AND state IN ('claimed', 'sent');

CREATE INDEX record_planned_by_target ON record (run, target_hash, seq) WHERE target_hash IS NOT NULL AND state = 'planned';
CREATE INDEX record_planned ON record (run, seq) WHERE state = 'planned';
CREATE INDEX record_claimed ON record (run, worker) WHERE state = 'claimed';
CREATE INDEX record_sent ON record (run, worker, landed_by, seq) WHERE state = 'sent';
CREATE INDEX record_not_stored ON record (run, seq) WHERE state = 'refused' AND code = 'not-stored';
CREATE INDEX record_failed ON record (run, seq)
    WHERE state IN ('refused', 'ambiguous') OR (state = 'stored' AND code IS NOT NULL);
