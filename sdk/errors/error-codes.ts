/**
 * Every error the engine raises, by code: what it means and what to do about it.
 * `docs/errors.md` is checked against this table.
 */
export const errorCodes = {
  DF_INVALID_DEFINITION: {
    meaning: 'A decorator is used in a way that the engine cannot honour.',
    fix: 'Change the class as the message says; nothing was registered.',
  },
  DF_UNDECORATED_OVERRIDE: {
    meaning: 'A subclass overrides a durable method without decorating the override.',
    fix: 'Put the same decorators on the override, so that it stays durable.',
  },
  DF_UNKNOWN_WORKFLOW: {
    meaning: 'The class, or the workflow name and version, is not registered here.',
    fix: 'Call flow.register(Class, factory) before you use it, and keep old versions registered while runs are pinned to them.',
  },
  DF_DUPLICATE_WORKFLOW: {
    meaning: 'Two classes claim the same workflow name and version.',
    fix: 'Give one of them another name or version in @workflow.',
  },
  DF_FACTORY_FAILED: {
    meaning: 'The factory given to flow.register threw, so no instance could be made. The run is kept and unharmed.',
    fix: 'Mend what the factory needs, then call flow.resume(id) or restart the process.',
  },
  DF_UNSERIALISABLE: {
    meaning: 'A value that must be durable cannot be encoded; the path names the place in it.',
    fix: 'Return plain data (JSON, Date, Map, Set, BigInt, typed arrays, undefined) and keep live objects in the constructor.',
  },
  DF_INVALID_INPUT: {
    meaning: 'An argument of an engine call is missing or not of the kind that it must be.',
    fix: 'Correct the argument that the message names.',
  },
  DF_INPUT_MISMATCH: {
    meaning: 'A run with this id exists already, with another workflow or another input.',
    fix: 'Use another id for other work; the same id with the same input returns the existing run.',
  },
  DF_UNKNOWN_RUN: {
    meaning: 'There is no run with this id in this file.',
    fix: 'List the runs (`durableflow runs`) and check the id and the database path.',
  },
  DF_RUN_ENDED: {
    meaning: 'The run has already ended, so this cannot be done to it any more.',
    fix: 'Look at it with `durableflow show`; start a new run if the work is to be done again.',
  },
  DF_RUN_BUSY: {
    meaning: 'Another living process executes this run and holds its lease.',
    fix: 'Wait for it, or stop that process; its runs can be taken over once it is dead or its lease has expired.',
  },
  DF_DIVERGED: {
    meaning: 'On replay the workflow asked for something else than its journal holds.',
    fix: 'Make run() deterministic, or restore the code that the run began with (a changed workflow needs a new version), then resume it.',
  },
  DF_NESTED_CALL: {
    meaning: 'A durable method was called from inside the body of another durable method.',
    fix: 'Call it from run(), or take the decorator off the inner method if it is only a part of the outer one.',
  },
  DF_OUTPUT_INVALID: {
    meaning: 'A method returned something that its output schema refuses.',
    fix: 'Mend the method or its schema; the value was not recorded.',
  },
  DF_STEP_TIMEOUT: {
    meaning: 'An attempt took longer than its timeout. Its late result is ignored.',
    fix: 'Raise the timeout, allow more attempts, or honour abortSignal() in the body.',
  },
  DF_EFFECT_KEY_INVALID: {
    meaning: 'The idempotencyKey function returned nothing usable, so the effect was not begun.',
    fix: 'Return a non-empty string that names this effect and no other.',
  },
  DF_EFFECT_KEY_REUSED: {
    meaning: 'The idempotency key is already in use for other arguments, so the effect was not begun.',
    fix: 'Make the key depend on everything that makes the effect a different one.',
  },
  DF_EFFECT_UNKNOWN: {
    meaning: 'There is no in-doubt effect at this call of this run.',
    fix: 'Look at the run with `durableflow show`; only effects in doubt can be resolved.',
  },
  DF_CONTEXT_OVER_BUDGET: {
    meaning: 'The pinned context alone is larger than the budget, so the call was refused before anything was spent.',
    fix: 'Raise maxTokens, or pin less.',
  },
  DF_APPROVAL_UNKNOWN: {
    meaning: 'There is no such approval in this file.',
    fix: 'List the open ones (`durableflow approvals`).',
  },
  DF_APPROVAL_DECIDED: {
    meaning: 'The approval has been decided already; the first decision stands.',
    fix: 'Nothing to do. A decision cannot be changed, only a later one be made on a new call.',
  },
  DF_APPROVAL_CHANGED: {
    meaning: 'The arguments are not the ones that the decision was made on.',
    fix: 'Read the approval again and decide on what it shows now.',
  },
  DF_APPROVAL_EXPIRED: {
    meaning: 'The approval was not decided in time.',
    fix: 'Raise expiresIn, or catch ApprovalExpired in run() and go another way.',
  },
  DF_APPROVAL_REJECTED: {
    meaning: 'An operator refused the call.',
    fix: 'Catch ApprovalRejected in run() if the workflow can go another way.',
  },
  DF_CANCELLED: {
    meaning: 'The run was cancelled.',
    fix: 'Nothing to do; start a new run if the work is wanted after all.',
  },
  DF_FENCED: {
    meaning: 'Another process has taken this run over; this process may not write to it any more.',
    fix: 'Nothing to do: the other process goes on. If it happens often, raise leaseDuration or unblock the event loop.',
  },
  DF_CLOSED: {
    meaning: 'The flow is closed.',
    fix: 'Open it again with DurableFlow.open().',
  },
  DF_STORE_CORRUPT: {
    meaning: 'The database file is damaged.',
    fix: 'Stop all writers, keep a copy, and restore a backup (`sqlite3 FILE .recover` saves what can be read).',
  },
  DF_STORE_FOREIGN: {
    meaning: 'The file is not a DurableFlow database. It was not touched.',
    fix: 'Give the path of another file; DurableFlow keeps a file of its own.',
  },
  DF_STORE_NEWER: {
    meaning: 'The database was written by a newer version of DurableFlow. It was not touched.',
    fix: 'Upgrade the durableflow package in this process.',
  },
  DF_STORE_READONLY: {
    meaning: 'The database file or its folder cannot be written.',
    fix: 'Correct the permissions of the file and its folder, or choose another place.',
  },
  DF_STORE_LOCKED: {
    meaning: 'Another connection kept the database locked for longer than busyTimeout.',
    fix: 'End the long transaction in the other program, or raise busyTimeout.',
  },
  DF_STORE_FULL: {
    meaning: 'The disk is full. Nothing was committed by this call, and everything committed before is safe.',
    fix: 'Free some space and resume the run.',
  },
  DF_STORE_UNAVAILABLE: {
    meaning: 'The database file cannot be opened, read or written.',
    fix: 'Check that the folder exists, the path is a file, and the disk is sound.',
  },
} as const satisfies Record<string, { meaning: string; fix: string }>;

/** The code of an engine error, for example `DF_DIVERGED`. */
export type ErrorCode = keyof typeof errorCodes;
