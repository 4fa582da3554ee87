import { DurableFlowError } from '../../sdk/errors/index.js';
import type { Assignment, Fleet, Machine, MachineListener } from '../runner/fleet.js';
import type { LossKind } from '../schedule/loss-schedule.js';
import type { Micros } from '../time.js';
import type { BatchClock } from './batch-clock.js';
import type { BatchSpec } from './batch-spec.js';
import type { ControllerLog, LeaseEvent, LogEntry, ProcessIdentity } from './controller-log.js';
import { endProcess, isAlive } from './end-process.js';
import { MachineChild } from './machine-child.js';
import { killPoints, type KillPoint, type MachineMessage } from './machine-messages.js';
import { monotonicMicros } from './monotonic-micros.js';
import type { Writers } from './writers.js';

export interface RealFleetOptions {
  readonly spec: BatchSpec;
  readonly folder: string;
  readonly clock: BatchClock;
  readonly log: ControllerLog;
  /** Undefined if machines work without the engine. */
  readonly writers: () => Writers | undefined;
  /** A machine could not even be started: no other one will be, either. */
  readonly onBroken: (error: Error) => void;
}

/** A machine, as its controller knows it. */
interface Place {
  readonly lease: number;
  readonly slot: number;
  readonly listener: MachineListener;
  /** Of this controller; those of an earlier one are known by their identity alone. */
  child: MachineChild | undefined;
  identity: ProcessIdentity | undefined;
  owner: string | undefined;
  job: string | undefined;
  /** Of the last event that is entered. */
  latest: Micros;
  lastHeard: Micros;
  isReady: boolean;
  isStopped: boolean;
  /** Given back by the runner: nothing of it matters any more. */
  isReleased: boolean;
  killedAt: Micros | undefined;
  hasDied: boolean;
  isReported: boolean;
  isSilent: boolean;
  /** It was taken for lost and has been heard of again. */
  isBack: boolean;
  /** Its leases were ended, at this moment of the monotonic clock. */
  buriedAt: Micros | undefined;
}

/** What was done to machines, and what came of it. */
export interface Strikes {
  readonly landed: Record<LossKind, number>;
  /** Of the machines that were destroyed: where they stood. */
  readonly kills: Record<KillPoint | 'anywhere', number>;
  /** Machines that were taken for lost, came back, and were not let write. */
  fenced: number;
  /** Machines of a dead controller that the next one killed. */
  orphans: number;
}

const looksPerSilence = 4;

/** Machines that are processes, and what is done to them. */
export class RealFleet implements Fleet {
  readonly strikes: Strikes = {
    landed: { destroy: 0, pause: 0, notice: 0 },
    kills: { before_start: 0, mid_stage: 0, after_effect: 0, after_commit: 0, anywhere: 0 },
    fenced: 0,
    orphans: 0,
  };
  readonly reruns: string[] = [];
  readonly #options: RealFleetOptions;
  readonly #places: Place[] = [];
  readonly #bySlot = new Map<number, Place>();
  /** By job: the calls that are known to be on record. */
  readonly #heard = new Map<string, Set<number>>();
  readonly #undertakings = new Set<Promise<void>>();
  #watch: NodeJS.Timeout | undefined;
  #isLive = false;
  #isClosed = false;
  #isDiskFull = false;

  constructor(options: RealFleetOptions) {
    this.#options = options;
  }

  acquire(slot: number, listener: MachineListener): Machine {
    const place: Place = {
      ...{ lease: this.#places.length, slot, listener, latest: this.#options.clock.now(), lastHeard: 0 },
      ...{ child: undefined, identity: undefined, owner: undefined, job: undefined, killedAt: undefined, buriedAt: undefined },
      ...{ isReady: false, isStopped: false, isReleased: false, hasDied: false, isReported: false, isSilent: false, isBack: false },
    };
    this.#places.push(place);
    this.#bySlot.set(slot, place);
    if (this.#isLive) this.#start(place);
    return {
      assign: (assignment) => this.#assign(place, assignment),
      release: () => this.#release(place),
    };
  }

  /** Machines that were acquired and neither lost nor given back. */
  get unreleased(): number {
    return this.#places.filter(({ isReleased, hasDied }) => !isReleased && !hasDied).length;
  }

  /** Enters again what an earlier controller has written down; nothing is done to any process. */
  replay(entry: LogEntry): void {
    if (entry.is === 'told') this.#enter(this.#places[entry.lease]!, entry.event, entry.at);
    else if (entry.is === 'started') this.#places[entry.lease]!.identity = entry.process;
    else if (entry.is === 'orphan') this.strikes.orphans++;
    else if (entry.is === 'struck') this.#count(entry.kind, entry.point);
  }

  /** Takes over: what an earlier controller has left behind is ended, and counted as lost. */
  async goLive(): Promise<void> {
    for (const place of this.#places) await this.#endOrphan(place);
    const { writers, clock } = this.#options;
    // Also of those that were never written down: they end by themselves, without their controller.
    if (this.#places.length > 0) await writers()?.endAll();
    this.#isLive = true;
    this.#watch = setInterval(() => this.#look(), this.#silence / 1000 / looksPerSilence);
    for (const place of [...this.#places]) {
      if (place.isReleased) continue;
      if (!place.hasDied) this.#tell(place, { is: 'died' }, clock.now());
      if (!place.isReported) this.#tell(place, { is: 'lost' }, clock.now());
    }
  }

  /** Kills the machine on a slot: at once, or where it is told to stand still. Nothing happens to a slot without a machine. */
  destroy(slot: number, point: KillPoint | undefined, patience: Micros): void {
    const place = this.#living(slot);
    if (!place) return;
    if (!point || place.job === undefined || place.isStopped) return this.#kill(place, undefined);
    place.child!.send({ is: 'stop_at', point, nth: 1 });
    setTimeout(() => this.#kill(place, undefined), patience / 1000).unref();
  }

  /** Stops the machine on a slot for a while. */
  pause(slot: number, lasts: Micros): void {
    const place = this.#living(slot);
    if (place && !place.isStopped) this.#pause(place, lasts);
  }

  #pause(place: Place, lasts: Micros): void {
    this.#strike(place, 'pause', undefined);
    const { clock } = this.#options;
    place.isStopped = true;
    place.child!.stop();
    const stoppedAt = clock.now();
    // What it has said before is on its way.
    setImmediate(() => this.#tell(place, { is: 'paused' }, stoppedAt));
    setTimeout(() => {
      if (place.killedAt !== undefined || place.isReleased) return;
      place.isStopped = false;
      this.#comesBack(place);
      place.lastHeard = clock.now();
      place.child!.goOn();
      place.child!.send({ is: 'go_on' });
    }, lasts / 1000).unref();
  }

  /** The machine on a slot is told that it will be gone. It has nothing to do about it: what is finished is on record anyway. */
  notice(slot: number): void {
    const place = this.#living(slot);
    if (place) this.#strike(place, 'notice', undefined);
  }

  setDiskFull(isFull: boolean): void {
    this.#isDiskFull = isFull;
    for (const { child, killedAt, isReleased } of this.#places) if (killedAt === undefined && !isReleased) child?.setDiskFull(isFull);
  }

  /** Ends all machines; resolves when they are gone and their leases over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#watch);
    for (const { child } of this.#places) child?.kill();
    await Promise.all(this.#places.flatMap(({ child }) => child?.gone ?? []));
    await Promise.all(this.#undertakings);
  }

  get #silence(): Micros {
    return this.#options.spec.protocol.delays.detect;
  }

  #living(slot: number): Place | undefined {
    const place = this.#bySlot.get(slot);
    return place && place.child && !place.isReleased && !place.hasDied && place.killedAt === undefined ? place : undefined;
  }

  #start(place: Place): void {
    const { spec, folder, clock, log } = this.#options;
    const child = new MachineChild({
      code: spec.machine,
      folder,
      reaper: spec.reaper,
      onMessage: (message) => this.#hear(place, message),
      onBeat: () => this.#heardOf(place),
      onGone: () => this.#undertake(this.#gone(place)),
    });
    place.child = child;
    place.identity = child.identity;
    place.lastHeard = clock.now();
    if (child.identity) log.append({ is: 'started', lease: place.lease, process: child.identity });
    if (this.#isDiskFull) child.setDiskFull(true);
    const occasion = spec.occasions?.find(({ lease }) => lease === place.lease);
    if (occasion) child.send({ is: 'stop_at', point: occasion.point, nth: occasion.nth });
  }

  #assign(place: Place, assignment: Assignment): void {
    place.job = assignment.job;
    place.child?.send({ is: 'assign', assignment, front: this.#options.writers()?.frontOf(assignment.job) });
  }

  #release(place: Place): void {
    place.isReleased = true;
    place.child?.kill();
  }

  /** False if nothing of it matters any more. */
  #heardOf(place: Place): boolean {
    if (place.isReleased || place.hasDied || this.#isClosed) return false;
    place.lastHeard = this.#options.clock.now();
    if (place.isReported && !place.isStopped && !place.isBack) this.#comesBack(place);
    return true;
  }

  #hear(place: Place, message: MachineMessage): void {
    if (!this.#heardOf(place)) return;
    const { clock } = this.#options;
    const { at: moment, ...word } = message;
    const at = clock.momentOf(moment);
    switch (word.is) {
      case 'at':
        return this.#arrived(place, word.point);
      case 'serving':
        // Whoever was taken for lost gets no more work.
        if (!place.isReported && place.job !== undefined) this.#options.writers()?.takes(place.lease, place.job, word.port);
        return;
      case 'cut_off':
        if (place.isReported) this.#tell(place, { is: 'ended', end: { kind: 'fenced' } }, at);
        return;
      case 'stranded':
        place.killedAt ??= clock.now();
        return place.child!.kill();
      case 'recorded':
        // It was on its way to the file in time; the engine, which takes one at a time, has let it in before the leases were ended.
        if (place.isReported && message.is === 'recorded' && message.begun < place.buriedAt!) return;
        return this.#tell(place, { is: 'recorded', call: word.call }, at);
      default:
        this.#tell(place, word, at);
    }
    // What it had said before it was stopped must not set the clock of its books going again.
    if (place.isStopped && !place.isReleased) this.#tell(place, { is: 'paused' }, at);
  }

  /** Writes an event down and acts on it. */
  #tell(place: Place, event: LeaseEvent, at: Micros): void {
    if (place.isReleased || this.#isClosed) return;
    const { clock, log } = this.#options;
    // Machines come and go, and jobs with them, in the order in which the controller hears of it.
    const isOfOthers = event.is === 'ready' || event.is === 'ended' || event.is === 'lost';
    const moment = Math.max(at, place.latest, isOfOthers ? clock.latest : 0);
    log.append({ is: 'told', at: moment, lease: place.lease, event });
    this.#enter(place, event, moment);
  }

  #enter(place: Place, event: LeaseEvent, at: Micros): void {
    place.latest = at;
    const { listener } = place;
    this.#options.clock.pin(at, () => {
      switch (event.is) {
        case 'ready':
          place.isReady = true;
          return listener.ready();
        case 'joined':
          return void (place.owner = event.owner);
        case 'found':
          return this.#found(place, event.calls);
        case 'enters':
          return listener.enters(event.phase);
        case 'recorded':
          this.#found(undefined, [event.call], place.job);
          return listener.recorded();
        case 'adopted':
          return listener.adopted();
        case 'ended':
          if (event.end.kind === 'fenced') this.strikes.fenced++;
          place.job = undefined;
          return listener.ended(event.end);
        case 'reran':
          return void this.reruns.push(event.detail);
        case 'died':
          place.hasDied = true;
          return listener.died();
        case 'lost':
          place.isReported = true;
          return listener.lost();
        case 'paused':
          return listener.paused();
        case 'resumed':
          return listener.resumed();
      }
    });
  }

  /** Notes what is on record; if a machine has found more than was known, the one before it had done more than was thought. */
  #found(finder: Place | undefined, calls: readonly number[], job = finder?.job): void {
    if (job === undefined) return;
    const heard = this.#heard.get(job) ?? new Set();
    this.#heard.set(job, heard);
    const isNews = calls.some((call) => !heard.has(call));
    for (const call of calls) heard.add(call);
    if (finder && isNews) finder.listener.adopted();
  }

  #arrived(place: Place, point: KillPoint): void {
    const occasion = this.#options.spec.occasions?.find(({ lease }) => lease === place.lease);
    if (occasion?.kind === 'pause' && !place.isStopped) this.#pause(place, occasion.lasts);
    else this.#kill(place, point);
  }

  #comesBack(place: Place): void {
    place.isBack = place.isReported;
    this.#tell(place, { is: 'resumed' }, this.#options.clock.now());
  }

  #kill(place: Place, point: KillPoint | undefined): void {
    if (place.killedAt !== undefined || place.isReleased || place.hasDied) return;
    this.#strike(place, 'destroy', point);
    place.killedAt = this.#options.clock.now();
    place.child!.kill();
  }

  #strike(place: Place, kind: LossKind, point: KillPoint | undefined): void {
    this.#options.log.append({ is: 'struck', lease: place.lease, kind, point });
    this.#count(kind, point);
  }

  #count(kind: LossKind, point: KillPoint | undefined): void {
    this.strikes.landed[kind]++;
    if (kind === 'destroy') this.strikes.kills[point ?? 'anywhere']++;
  }

  async #gone(place: Place): Promise<void> {
    const { clock } = this.#options;
    if (!place.isReleased && place.killedAt === undefined && !place.isReady && !this.#isClosed) {
      this.#options.onBroken(
        new DurableFlowError(
          'DF_COLONY_PROCESS',
          `a machine's process ended before it could work: ${place.child!.stderr || 'it said nothing'}`,
        ),
      );
    }
    this.#tell(place, { is: 'died' }, place.killedAt ?? clock.now());
    await this.#bury(place);
    if (!place.isReported) this.#tell(place, { is: 'lost' }, clock.now());
  }

  /** Silence is all that can be seen of a machine that stands still. */
  #look(): void {
    const { clock } = this.#options;
    const isSilent = (place: Place) =>
      place.isReady &&
      !place.isSilent &&
      place.killedAt === undefined &&
      !place.isReleased &&
      clock.now() - place.lastHeard > this.#silence;
    for (const place of this.#places.filter(isSilent)) {
      // It may be this process that stood still, with words of the machine waiting to be heard.
      setTimeout(() => {
        if (!isSilent(place)) return;
        place.isSilent = true;
        this.#undertake(this.#buryAlive(place));
      }, 1);
    }
  }

  async #buryAlive(place: Place): Promise<void> {
    await this.#bury(place);
    if (!place.isReported) this.#tell(place, { is: 'lost' }, this.#options.clock.now());
  }

  /** The runner may hand the job out at once, so the leases must be over by then. */
  async #bury(place: Place): Promise<void> {
    await this.#options.writers()?.end(place.lease, place.owner);
    place.buriedAt = monotonicMicros();
  }

  async #endOrphan({ identity, lease }: Place): Promise<void> {
    if (!identity || !isAlive(identity)) return;
    this.#options.log.append({ is: 'orphan', lease });
    this.strikes.orphans++;
    await endProcess(identity);
  }

  #undertake(work: Promise<void>): void {
    const settled = work.catch((error: unknown) => {
      if (!this.#isClosed) this.#options.onBroken(error instanceof Error ? error : new Error(String(error)));
    });
    this.#undertakings.add(settled);
    void settled.then(() => this.#undertakings.delete(settled));
  }
}

/** Where the machine of an event of the schedule dies, going through the points one after the other; every other one dies anywhere. */
export const pointOf = (event: number, durable: boolean): KillPoint | undefined => {
  if (event % 2 === 0) return undefined;
  const point = killPoints[((event - 1) / 2) % killPoints.length]!;
  // Without the engine nothing is ever put on record.
  return point === 'after_commit' && !durable ? 'after_effect' : point;
};
