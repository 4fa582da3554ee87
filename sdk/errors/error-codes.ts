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
  DF_PAYLOAD_TOO_LARGE: {
    meaning: 'A value takes more bytes than one value may have in the journal.',
    fix: 'Keep what is large in a file or a bucket and pass its name, limit lengths in the output schema, or raise maxPayloadBytes in DurableFlow.open.',
  },
  DF_INVALID_INPUT: {
    meaning: 'An argument of an engine call is missing or not of the kind that it must be.',
    fix: 'Correct the argument that the message names.',
  },
  DF_CREDIT_UNKNOWN: {
    meaning: 'A body credits material that was neither selected for it nor observed by it.',
    fix: 'Credit ids of the selection that the method was given; what a model names must be compared with them first.',
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
  DF_NONDETERMINISTIC: {
    meaning: 'run() called something of the machine that a replay would answer differently: its clock, randomness, timers or network.',
    fix: "docs/determinism.md says what run() may do; the option guard: 'off' turns the check off.",
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
    meaning: 'A prompt, or what is pinned for it, has more tokens than @contextBudget allows. It was refused before anything was spent.',
    fix: 'Raise maxTokens, keep more free for what is beside the items (reserve), or pin less.',
  },
  DF_MODEL_RATE_LIMITED: {
    meaning: 'The provider takes no more requests for the moment (HTTP 429).',
    fix: 'Wait for retryAfterMs, send less at once, or add a fallback target to routeModels.',
  },
  DF_MODEL_SPEND_CAP: {
    meaning: "The provider's account has no money or quota left. Waiting does not help.",
    fix: 'Top the account up or raise its limit with the provider, or add a target on another account.',
  },
  DF_MODEL_OVERLOADED: {
    meaning: 'The provider is overloaded (HTTP 529 or 503).',
    fix: 'Try again later, or add a fallback target to routeModels.',
  },
  DF_MODEL_SERVER: {
    meaning: 'The provider failed (HTTP 5xx).',
    fix: 'Try again later, or add a fallback target to routeModels.',
  },
  DF_MODEL_TIMEOUT: {
    meaning: 'The answer, or the next piece of it, did not come in time. The provider may bill it all the same.',
    fix: 'Raise the timeout, ask for less (maxTokens), or stream.',
  },
  DF_MODEL_CONNECTION: {
    meaning: 'The provider could not be reached, or the connection was lost before an answer.',
    fix: 'Check baseURL and the network, or add a fallback target to routeModels.',
  },
  DF_MODEL_STREAM_BROKEN: {
    meaning: 'A streamed answer broke off in the middle.',
    fix: 'Call again; do not use the part that came, it is not the whole answer.',
  },
  DF_MODEL_MALFORMED: {
    meaning: 'What came back is no answer in the format of this provider.',
    fix: 'Check that baseURL names an API of this kind and not, for example, a login page or a proxy.',
  },
  DF_MODEL_CONTEXT_LENGTH: {
    meaning: 'The prompt is longer than the model can take.',
    fix: 'Select less context (@contextBudget), lower maxTokens, or add a target with a larger context window.',
  },
  DF_MODEL_CIRCUIT_OPEN: {
    meaning: 'Every target has failed too often in a row and is left alone for a while. Nothing was sent.',
    fix: 'Try again after retryAfterMs, or add a target to routeModels.',
  },
  DF_MODEL_INVALID_REQUEST: {
    meaning: 'The provider refuses the request itself, so it would fail again.',
    fix: 'Correct the request or the model name as the message says.',
  },
  DF_MODEL_AUTHENTICATION: {
    meaning: 'The provider refuses the key, or the key may not use this model.',
    fix: 'Check the API key and what it is allowed to do.',
  },
  DF_MODEL_ABORTED: {
    meaning: 'The call was given up by its caller. The provider may bill what it had done.',
    fix: 'Nothing to do, unless the signal was aborted by mistake.',
  },
  DF_MCP_UNREACHABLE: {
    meaning: 'An MCP server cannot be reached, or does not speak the protocol.',
    fix: 'Check its command or address, and what it writes to its standard error.',
  },
  DF_MCP_TOOL_CHANGED: {
    meaning: 'An MCP server offers a tool no longer, or not as it was when it was offered to the model; the call was not made.',
    fix: 'Read what has changed; a new run is offered the tool as it is now.',
  },
  DF_MCP_OUTPUT_INVALID: {
    meaning: 'An MCP server answered with something that the protocol, or the schema that it declares itself, does not allow.',
    fix: 'Mend the server; the answer was not used.',
  },
  DF_MCP_TOOL_FAILED: {
    meaning: 'An MCP server answered that its tool has failed.',
    fix: 'Look at what it says; a write is looked up before it is made again.',
  },
  DF_PEER_MISSING: {
    meaning: 'An optional package that this needs is not installed.',
    fix: 'Install the package that the message names, next to durableflow.',
  },
  DF_AGENT_UNSUPPORTED: {
    meaning: 'An agent of another framework does something that cannot be made durable, or that the model cannot be asked for.',
    fix: 'Do what the message says. docs/frameworks.md has what works; the rest belongs into a method with @step.',
  },
  DF_AGENT_FAILED: {
    meaning: 'An agent of another framework ended with an error in the place of an answer.',
    fix: 'Read the message: it is the one of the model or of the framework.',
  },
  DF_MODEL_PRICE_UNKNOWN: {
    meaning: 'A budget is in force, but the price of the model is not known, so that no worst case can be reserved.',
    fix: 'Give its price: routeModels({ prices: { "the-model": { input, output } } }), in US dollars per million tokens.',
  },
  DF_MODEL_SCRIPT: {
    meaning: 'A scripted model was asked more or less often than its script says.',
    fix: 'Make the script match the calls that the code under test makes.',
  },
  DF_BUDGET_EXCEEDED: {
    meaning: 'The worst case of a model call does not fit into what is left of a budget. Nothing was spent on it.',
    fix: 'Raise the limit, lower maxTokens, shorten the prompt, or route to a cheaper model.',
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
  DF_APPROVAL_FORBIDDEN: {
    meaning: 'This person may not decide on this approval.',
    fix: 'Ask one of the deciders named in the @approval options.',
  },
  DF_APPROVAL_EDIT_REFUSED: {
    meaning: 'The operator changed the arguments in a way that is not allowed.',
    fix: 'Give @approval an `edits` schema that accepts the arguments, and decide in a process that has the class registered.',
  },
  DF_APPROVAL_FORGED: {
    meaning: 'The decision in the file was not made by a holder of the approval secret, or was edited afterwards. The call was not made.',
    fix: 'Find out who can write to the database file; start a new run when it is safe again.',
  },
  DF_SIGNAL_TIMEOUT: {
    meaning: 'No signal of this name came in time.',
    fix: 'Catch it in run() and go another way, or raise the timeout.',
  },
  DF_SIGNAL_INVALID: {
    meaning: 'A signal was sent that cannot be delivered as it is.',
    fix: 'Send a name that is a non-empty string and a payload that can be encoded.',
  },
  DF_DEADLINE: {
    meaning: 'The run did not end before its deadline.',
    fix: 'Raise the deadline in @workflow or start(), or find what it waited for (`durableflow show`).',
  },
  DF_COMPENSATION_FAILED: {
    meaning: 'The run failed, and undoing what it had done failed as well.',
    fix: 'Undo by hand what the details list; the original error is the cause.',
  },
  DF_OUTSIDE_RUN: {
    meaning: 'A function that only makes sense in a durable run was called elsewhere.',
    fix: 'Call it from run() of a class that the engine executes (transaction() and heartbeat(): from the body of a step).',
  },
  DF_HISTORY_INVALID: {
    meaning: 'What was given is not an exported history of a run.',
    fix: 'Give the object that flow.exportHistory() returned, or the file that `durableflow export-history` wrote.',
  },
  DF_FORMAT_NEWER: {
    meaning:
      'A history, a readiness baseline or a readiness report was written by a newer version of DurableFlow. Nothing was read from it.',
    fix: 'Upgrade the durableflow package that reads it, to the version that wrote it or a later one.',
  },
  DF_READINESS_BASELINE: {
    meaning: 'readiness.baseline.json is not what `durableflow readiness --update-baseline` writes.',
    fix: 'Restore the committed file, or write it anew with `durableflow readiness --update-baseline` and review the difference.',
  },
  DF_READINESS_REPORT: {
    meaning: 'What was given is not a report of a readiness run, or one of another version.',
    fix: 'Give the file .readiness/readiness.json that a run of this version of durableflow has written.',
  },
  DF_READINESS_LIVE: {
    meaning: 'The live model of a readiness suite did not answer, so nothing can be said of the agent.',
    fix: 'Set the key of its provider (ANTHROPIC_API_KEY, OPENAI_API_KEY), give liveLimits.prices for a model that is on no list, or raise liveLimits.usd.',
  },
  DF_READINESS_ENGINE: {
    meaning: 'The Restate server that a readiness suite or a Colony batch names cannot be used for it.',
    fix: 'Name a running server for tests whose admin API may be used, and which reaches the loopback addresses of this machine.',
  },
  DF_READINESS_SUITE: {
    meaning: 'A readiness suite cannot be run as it is written.',
    fix: 'Change what the message names; the guide to readiness suites shows each option.',
  },
  DF_COLONY_JOB: {
    meaning: 'A class cannot be the job of a batch: without any loss it does not complete, or gives other results than the plain class.',
    fix: 'Let it complete by itself, with a result that depends on nothing but its input.',
  },
  DF_COLONY_TRACE: {
    meaning: 'A trace of lost machines cannot be read as it is.',
    fix: 'Mend the line that the message names, or give the importer that fits the format of the trace.',
  },
  DF_COLONY_KEY: {
    meaning: 'Real machines were asked for without a key of the account that pays for them.',
    fix: 'Set VAST_API_KEY to a key from https://cloud.vast.ai/manage-keys/, or leave out --live; a simulation is never shown as live.',
  },
  DF_COLONY_CLOUD: {
    meaning: 'The cloud that rents out machines refused a request, or gave no usable answer.',
    fix: 'See details.kind: try again later after rate_limited, server, timeout and connection; mend the key or the request after the others.',
  },
  DF_COLONY_LEAK: {
    meaning: 'A rented machine may still be running and cost money: giving it back failed, or nobody knows whether it was rented.',
    fix: 'Destroy what carries the label in the message, at https://cloud.vast.ai/instances/ or with the API, and check that it is gone.',
  },
  DF_COLONY_REPORT: {
    meaning: 'What was given is not the result of a Colony benchmark, or one of another version.',
    fix: 'Give the file benchmark_result.json that a benchmark of this version of durableflow has written.',
  },
  DF_COLONY_PROCESS: {
    meaning: 'A process of a batch of Colony could not work, or the batch was stopped before its end.',
    fix: 'Mend what the message quotes from the process; if the batch was stopped, run it again.',
  },
  DF_PLAN_INFEASIBLE: {
    meaning: 'No target of the planner may be asked under the constraints of this request. Nothing was sent.',
    fix: 'Relax the constraint that the message names; details.infeasible says what would change it.',
  },
  DF_BUDGET_EXHAUSTED: {
    meaning: 'The session budget has too little left for the worst case of any target. Nothing more was sent.',
    fix: 'Raise the limit of the budget, wait for the next day if it is a daily one, lower the bound on the answer, or use another budget.',
  },
  DF_PLAN_FAILED: {
    meaning: 'All targets that the planner could ask have failed.',
    fix: 'See details.attempts for each one; `durableflow trace REQUEST` shows them in words.',
  },
  DF_PLAN_LATENCY: {
    meaning: 'The time that the request allows was over before there was an answer.',
    fix: 'Allow more time (X-Max-Latency), or ask for less.',
  },
  DF_PLAN_REJECTED: {
    meaning: 'The model that was asked refuses the request itself, so that any other one would as well.',
    fix: 'Correct the request as the message says; details.status and details.error are what came back.',
  },
  DF_PLAN_STREAM_BROKEN: {
    meaning: 'A streamed answer broke off after its first token, when no other target could be asked any more.',
    fix: 'Ask again; do not use the part that came, it is not the whole answer.',
  },
  DF_PLAN_ABANDONED: {
    meaning: 'The request was given up by its caller, or its process ended before the answer was whole.',
    fix: 'Nothing to do if that was meant; else ask again.',
  },
  DF_PLAN_UNKNOWN: {
    meaning: 'There is no request with this id in the file of the planner, or not any more.',
    fix: 'Check the id (the header x-request-id of the answer) and the path of the file.',
  },
  DF_PLAN_KEY_REUSED: {
    meaning: 'The idempotency key was used before, for another request.',
    fix: 'Use a key of its own for each request; the same key is only for sending the same request again.',
  },
  DF_PLAN_REQUEST: {
    meaning: 'A request to the planner is not one that it can plan: a field, a constraint or its output check is ill-formed.',
    fix: 'Correct what the message names.',
  },
  DF_PLAN_CONFIG: {
    meaning: 'The configuration of the planner cannot be used.',
    fix: 'Correct what the message names; details.problems lists it by line and column.',
  },
  DF_PLAN_MODEL_UNKNOWN: {
    meaning: 'The model that was asked for is no target of the planner.',
    fix: 'Use "auto", or one of the models in details.models.',
  },
  DF_PROXY_UNGUARDED: {
    meaning: 'The proxy of the planner would be open to others than the programs of this machine, or its token can be guessed.',
    fix: 'Listen on 127.0.0.1, or give a token of at least 16 characters: --token-env NAME, or tokenEnv in the configuration.',
  },
  DF_PROXY_LISTEN: {
    meaning: 'The proxy of the planner cannot listen on the address that it was given.',
    fix: 'Give another port (--port), or stop the program that has it.',
  },
  DF_UI_UNGUARDED: {
    meaning: 'The page would be reachable from other machines under any name, so that a page of somebody else could be led to it.',
    fix: 'Listen on 127.0.0.1, or name the hosts under which it may be called: --allow-host NAME.',
  },
  DF_UI_LISTEN: {
    meaning: 'The page cannot be served at the address that was given.',
    fix: 'Give another port (--port 0 takes any that is free), or stop the program that has it.',
  },
  DF_UI_ASSETS: {
    meaning: 'The files of the page are not there, so it cannot be served.',
    fix: 'Build them: npm run build:page in a checkout; an installed package has them, so install it again.',
  },
  DF_UI_SESSION: {
    meaning: 'The browser has no session with this server: it is a new one, the link was wrong, or the session is over.',
    fix: 'Open the link again that the terminal shows.',
  },
  DF_UI_REFUSED: {
    meaning: 'A request did not come from the page itself, and was not carried out.',
    fix: 'Use the page under the address that the terminal shows; give other names with --allow-host.',
  },
  DF_UI_READ_ONLY: {
    meaning: 'The page was started to look at things only.',
    fix: 'Decide on the command line, or start the page without --read-only.',
  },
  DF_UI_REQUEST: {
    meaning: 'A request to the server of the page is not one that it understands.',
    fix: 'Load the page again; a script must send what sdk/ui/contract.ts says.',
  },
  DF_UI_NOT_FOUND: {
    meaning: 'There is nothing at this address.',
    fix: 'Go back to the list of runs.',
  },
  DF_UI_FAULT: {
    meaning: 'The server of the page has met an error that it does not know.',
    fix: 'Look for its number in the terminal that serves the page.',
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
    meaning:
      'The database file is damaged, or a value in it is not what was written. A run with such a value stands still; nothing is made up for it.',
    fix: 'Stop all processes and restore a backup; `durableflow doctor --full` says what is damaged, and `doctor --repair` saves what can be read.',
  },
  DF_STORE_FOREIGN: {
    meaning: 'The file is not a DurableFlow database. It was not touched.',
    fix: 'Give the path of another file; DurableFlow keeps a file of its own.',
  },
  DF_STORE_NEWER: {
    meaning: 'The database was written by a newer version of DurableFlow. It was not touched, or, if it was open here, is written no more.',
    fix: 'Upgrade the durableflow package in this process; there is no way back to an older schema but a copy of the file from before.',
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
  DF_STORE_DRIVER: {
    meaning:
      'better-sqlite3 is installed, and what is compiled of it is not: its install script was held back, or it is for another version of Node.',
    fix: 'Let it be compiled: `npm install-scripts approve better-sqlite3` where npm holds scripts back, and `npm rebuild better-sqlite3`.',
  },
  DF_RESTATE_UNREACHABLE: {
    meaning: 'A Restate server cannot be reached. What has been started there is not lost: it goes on, or waits for a worker.',
    fix: 'Start the server, or check both addresses: the ingress (port 8080 by default) and the admin API (port 9070).',
  },
  DF_RESTATE_REFUSED: {
    meaning: 'A Restate server has refused what it was asked for.',
    fix: 'Read what it says. 400 and 404 often mean that the two addresses are not those of the ingress (8080) and of the admin API (9070); 401 and 403 want a token: DURABLEFLOW_RESTATE_TOKEN for the command line, `headers` for restateStore.',
  },
  DF_RESTATE_LISTEN: {
    meaning: 'A worker of a Restate server cannot listen at its address.',
    fix: 'Give serve() another port or host, or stop the program that has it: perhaps an earlier start of the same worker.',
  },
  DF_RESTATE_ADDRESS: {
    meaning: 'The address of a worker is, for the Restate server, that of a worker with other classes.',
    fix: 'Register the classes of the open runs as well, or give the worker an `advertise` address of its own. With `force: true` it takes the place of the other one, whose open runs then wait until somebody serves them.',
  },
  DF_RESTATE_UNREGISTERED: {
    meaning: 'No worker has registered this version of the workflow with the Restate server.',
    fix: 'Start a worker that does: serve(flow, { advertise }) with the class registered in its flow.',
  },
  DF_RESTATE_PENDING: {
    meaning: 'The Restate server keeps what the run was told, and no worker has acted on it so far.',
    fix: 'Do not send it again. See that a worker is running; the run goes on as soon as one takes it up.',
  },
  DF_RESTATE_UNSUPPORTED: {
    meaning: 'This cannot be done for runs that are executed on a Restate server.',
    fix: 'Do it in a flow on a file, or see docs/restate.md for what to do instead.',
  },
} as const satisfies Record<string, { meaning: string; fix: string }>;

/** The code of an engine error, for example `DF_DIVERGED`. */
export type ErrorCode = keyof typeof errorCodes;
