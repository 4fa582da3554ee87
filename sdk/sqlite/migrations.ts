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
    row INTEGER PRIMARY KEY,
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
    input TEXT NOT NULL,
    outcome TEXT
  ) STRICT;
  -- Ended runs are in no index but the one of ids, so a long history slows nothing down.
  CREATE INDEX runs_pending ON runs (row) WHERE status = 'pending';
  CREATE INDEX runs_waking ON runs (wake_at) WHERE status = 'waiting' AND wake_at IS NOT NULL;
  CREATE INDEX runs_owned ON runs (owner) WHERE status = 'running';

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
    UNIQUE (run, call)
  ) STRICT;
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
];
