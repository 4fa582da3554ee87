/** One piece of material that a model could be given. */
export interface ContextItem {
  /** Unique in the list that it is offered in. */
  readonly id: string;
  readonly text: string;
  /** A pinned item is always selected. */
  readonly pinned?: boolean;
}
