/** The schema, one step a version, oldest first. A released step is never changed. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE owners (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_start TEXT NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE runs (
    -- A number is never given out again: a lease on a deleted run must not be one on another run.
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    workflow TEXT NOT NULL,
    version TEXT NOT NULL,
    status TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    owner TEXT,
    wake_at INTEGER,
    cancel_reason TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    input_digest TEXT NOT NULL,
    deadline_at INTEGER,
    parent INTEGER,
    parent_call INTEGER,
    detached INTEGER NOT NULL DEFAULT 0,
    queue TEXT,
    queue_key TEXT,
    priority INTEGER NOT NULL DEFAULT 0,
    compensates INTEGER NOT NULL DEFAULT 0,
    input TEXT NOT NULL,
    outcome TEXT
  ) STRICT;
  -- Ended runs are in no index but the one of ids, so a long history slows nothing down.
  CREATE INDEX runs_pending ON runs (priority DESC, row) WHERE status = 'pending';
  CREATE INDEX runs_waking ON runs (wake_at) WHERE status = 'waiting' AND wake_at IS NOT NULL;
  CREATE INDEX runs_owned ON runs (owner) WHERE status = 'running';
  CREATE INDEX runs_in_queue ON runs (queue, queue_key) WHERE status = 'running' AND queue IS NOT NULL;
  CREATE INDEX runs_by_parent ON runs (parent) WHERE parent IS NOT NULL;

  CREATE TABLE attributes (
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, name)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX attributes_by_value ON attributes (name, value);

  CREATE TABLE journal (
    run INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    call INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) STRICT, WITHOUT ROWID;

  -- Large values, by the digest of their text; the columns that hold values then hold '@' and the digest.
  CREATE TABLE blobs (
    digest TEXT PRIMARY KEY,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX journal_blobs ON journal (value) WHERE value LIKE '@%';
  CREATE INDEX runs_input_blobs ON runs (input) WHERE input LIKE '@%';
  CREATE INDEX runs_outcome_blobs ON runs (outcome) WHERE outcome LIKE '@%';

  CREATE TABLE waits (
    run INTEGER NOT NULL,
    call INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    wake_at INTEGER,
    since INTEGER NOT NULL,
    PRIMARY KEY (run, call)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE signals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    dedupe_id TEXT,
    sent_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX signals_of_run ON signals (run, name);
  CREATE UNIQUE INDEX signals_once ON signals (run, name, dedupe_id) WHERE dedupe_id IS NOT NULL;

  CREATE TABLE queues (
    name TEXT PRIMARY KEY,
    concurrency INTEGER,
    rate_max INTEGER,
    rate_per INTEGER,
    key_concurrency INTEGER,
    key_rate_max INTEGER,
    key_rate_per INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE queue_starts (
    queue TEXT NOT NULL,
    at INTEGER NOT NULL,
    run INTEGER NOT NULL,
    key TEXT,
    PRIMARY KEY (queue, at, run)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    workflow TEXT NOT NULL,
    version TEXT NOT NULL,
    cron TEXT NOT NULL,
    timezone TEXT,
    input TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    next_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE approvals (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL,
    call INTEGER NOT NULL,
    method TEXT NOT NULL,
    digest TEXT NOT NULL,
    args TEXT NOT NULL,
    show TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    expires_at INTEGER,
    verdict TEXT,
    decided_by TEXT,
    decided_at INTEGER,
    reason TEXT,
    quorum INTEGER NOT NULL,
    deciders TEXT,
    edited TEXT,
    code TEXT NOT NULL,
    signature TEXT,
    UNIQUE (run, call)
  ) STRICT;
  CREATE TABLE votes (
    approval INTEGER NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (approval, by)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX approvals_open ON approvals (id) WHERE verdict IS NULL;

  CREATE TABLE effects (
    run INTEGER NOT NULL,
    call INTEGER NOT NULL,
    method TEXT NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    value TEXT,
    intended_at INTEGER NOT NULL,
    settled_at INTEGER,
    resolved_by TEXT,
    PRIMARY KEY (run, call)
  ) STRICT, WITHOUT ROWID;
  -- A failed or denied effect has not happened, so its key is free again.
  CREATE UNIQUE INDEX effects_by_key ON effects (scope, key) WHERE state IN ('intended', 'done', 'confirmed');
  `,
  `
  -- Money in micro-dollars. 'committed' is what was spent, and the worst case of what is still reserved.
  CREATE TABLE budgets (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    committed INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE budget_reservations (
    id TEXT PRIMARY KEY,
    micros INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    reserved_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `ALTER TABLE votes ADD COLUMN signature TEXT;`,
  `
  -- What calls knew. 'budget' and 'record' are JSON.
  CREATE TABLE decisions (
    run INTEGER NOT NULL,
    call INTEGER NOT NULL,
    method TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    inherited INTEGER NOT NULL,
    budget TEXT,
    PRIMARY KEY (run, call)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE artifacts (
    row INTEGER PRIMARY KEY,
    reference TEXT NOT NULL,
    digest TEXT NOT NULL,
    content TEXT,
    UNIQUE (reference, digest)
  ) STRICT;
  CREATE INDEX artifacts_by_digest ON artifacts (digest);
  CREATE TABLE artifact_uses (
    run INTEGER NOT NULL,
    call INTEGER NOT NULL,
    position INTEGER NOT NULL,
    artifact INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    tokens INTEGER,
    score REAL,
    rank INTEGER,
    pinned INTEGER NOT NULL,
    PRIMARY KEY (run, call, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX artifact_uses_by_artifact ON artifact_uses (artifact);
  CREATE TABLE model_calls (
    run INTEGER NOT NULL,
    call INTEGER NOT NULL,
    n INTEGER NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (run, call, n)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- What a request to the planner needs beside its run: the prompt until the run has ended, the answer for a while after.
  CREATE TABLE planner_requests (
    run TEXT PRIMARY KEY,
    request TEXT,
    answer TEXT,
    ended_at INTEGER
  ) STRICT;
  CREATE INDEX planner_requests_ended ON planner_requests (ended_at) WHERE ended_at IS NOT NULL;
  CREATE INDEX planner_requests_open ON planner_requests (run) WHERE ended_at IS NULL;
  `,
  `
  -- What attempts have taught the planner of its targets; the latest of each target, model and kind of work.
  CREATE TABLE planner_outcomes (
    row INTEGER PRIMARY KEY,
    target TEXT NOT NULL,
    model TEXT NOT NULL,
    task_class TEXT NOT NULL,
    at INTEGER NOT NULL,
    passed INTEGER,
    latency_ms REAL,
    output_tokens INTEGER
  ) STRICT;
  CREATE INDEX planner_outcomes_of ON planner_outcomes (target, model, task_class, row);
  CREATE INDEX planner_outcomes_at ON planner_outcomes (at);
  `,
  `
  ALTER TABLE budgets ADD COLUMN limit_micros INTEGER;
  -- Who has taken a run up again, at every claim but the first.
  CREATE TABLE resumptions (
    run INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    PRIMARY KEY (run, epoch)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- The place of a record is one number, so that an append is one at the end of a table, which SQLite is quickest at.
  ALTER TABLE journal RENAME TO journal_by_run_and_seq;
  CREATE TABLE journal (
    place INTEGER PRIMARY KEY,
    run INTEGER NOT NULL AS (place >> 32),
    seq INTEGER NOT NULL AS (place & 0xffffffff),
    call INTEGER NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    outcome TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    value TEXT NOT NULL
  ) STRICT;
  INSERT INTO journal (place, call, name, digest, outcome, attempts, started_at, ended_at, value)
    SELECT run << 32 | seq, call, name, digest, outcome, attempts, started_at, ended_at, value FROM journal_by_run_and_seq ORDER BY run, seq;
  DROP TABLE journal_by_run_and_seq;
  CREATE INDEX journal_blobs ON journal (value) WHERE value LIKE '@%';
  `,
];
