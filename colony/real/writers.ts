/** Sees to it that of all machines of a batch only those write to the engine that the runner has given a job to. */
export interface Writers {
  /** Before the first machine of a controller: nothing of an earlier one may write any more. */
  endAll(): Promise<void>;
  /** This machine may write no more, alive or not: it is taken for lost. `owner` is the name under which it holds leases. */
  end(lease: number, owner: string | undefined): Promise<void>;
  /** Where a server looks for whoever has the job; undefined if machines look for their jobs themselves. */
  frontOf(job: string): string | undefined;
  /** This machine takes a job's work from the server at this port. */
  takes(lease: number, job: string, port: number): void;
  close(): Promise<void>;
}
