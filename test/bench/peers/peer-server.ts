/** A server that one engine needs, alone on this machine and in a folder of its own. */
export interface PeerServer {
  /** What the engine's adapter connects with. */
  readonly address: string;
  /** Megabytes that its processes have now, what they share counted once. */
  memoryMb(): number;
  stop(): Promise<void>;
}
