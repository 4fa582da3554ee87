/** A process that executes runs. It keeps all its leases alive with one heartbeat. */
export interface Owner {
  readonly id: string;
  /** Names the machine (and its process namespace), so that only its own processes are looked up by pid. */
  readonly host: string;
  readonly pid: number;
  /** When the process began, as the system tells it: a pid alone may have been given to another process. */
  readonly processStart: string;
  /** Its leases are over after this moment, in milliseconds since the epoch. */
  readonly expiresAt: number;
}
