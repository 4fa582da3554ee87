/** One piece of material that a model could be given. */
export interface ContextItem {
  /** Unique among the candidates of one call. */
  readonly id: string;
  readonly text: string;
  /** A pinned item is always selected. */
  readonly pinned?: boolean;
}
