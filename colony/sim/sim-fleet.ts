import type { Store } from '../../sdk/store/index.js';
import type { LossEvent, LossKind } from '../schedule/loss-schedule.js';
import type { Fleet, Machine, MachineListener } from '../runner/fleet.js';
import type { Delays } from '../protocol.js';
import type { EventLoop } from './event-loop.js';
import type { Micros } from '../time.js';
import type { SimMachine } from './sim-machine.js';

export interface SimFleetOptions {
  readonly loop: EventLoop;
  readonly delays: Delays;
  readonly store: Store | undefined;
  readonly makeMachine: (listener: MachineListener) => SimMachine;
}

interface Place {
  readonly machine: SimMachine;
  readonly listener: MachineListener;
  /** It was told that it will be lost, so nobody has to find out. */
  isNoticed: boolean;
  /** What it would have said while it stood still. */
  onResume: () => void;
  /** Since when it stands still. */
  pausedAt: Micros;
}

/** Simulated machines, and what is done to them. */
export class SimFleet implements Fleet {
  readonly landed: Record<LossKind, number> = { destroy: 0, pause: 0, notice: 0 };
  /** Machines that were acquired and are not gone. */
  readonly alive = new Set<SimMachine>();
  readonly #options: SimFleetOptions;
  readonly #slots = new Map<number, Place>();

  constructor(options: SimFleetOptions) {
    this.#options = options;
  }

  acquire(slot: number, listener: MachineListener): Machine {
    const machine = this.#options.makeMachine(listener);
    this.alive.add(machine);
    const place: Place = { machine, listener, isNoticed: false, onResume: () => {}, pausedAt: 0 };
    this.#slots.set(slot, place);
    this.#options.loop.after(this.#options.delays.provision, () => {
      if (machine.isPaused) place.onResume = () => listener.ready();
      else if (!machine.isGone) listener.ready();
    });
    return {
      assign: (assignment) => machine.assign(assignment),
      release: () => {
        this.alive.delete(machine);
        machine.release();
        void this.#bury(machine);
      },
    };
  }

  /** Lets an event of the schedule happen; nothing happens to a slot without a machine. */
  strike({ slot, kind, lasts }: LossEvent): void {
    const place = this.#slots.get(slot);
    if (!place || place.machine.isGone) return;
    this.landed[kind]++;
    if (kind === 'notice') place.isNoticed = true;
    else if (kind === 'destroy') this.#destroy(place);
    else this.#pause(place, lasts);
  }

  #destroy({ machine, listener, isNoticed, pausedAt }: Place): void {
    const { loop, delays } = this.#options;
    // What stands still when it is lost has been silent for a while.
    const silence = machine.isPaused ? loop.now() - pausedAt : 0;
    machine.die();
    this.alive.delete(machine);
    listener.died();
    loop.after(isNoticed ? 0 : delays.detect - silence, () => this.#report(machine, listener));
  }

  #pause(place: Place, lasts: number): void {
    const { machine, listener } = place;
    const { loop, delays } = this.#options;
    if (machine.isPaused) return;
    machine.pause();
    place.pausedAt = loop.now();
    listener.paused();
    loop.after(lasts, () => {
      if (!machine.isPaused) return;
      listener.resumed();
      machine.resume();
      place.onResume();
    });
    // Silence is all that a runner can see of a machine that stands still.
    if (lasts > delays.detect)
      loop.after(delays.detect, () => {
        if (machine.isPaused) this.#report(machine, listener);
      });
  }

  /** The runner may hand the job out at once, so its lease must be over by then. */
  #report(machine: SimMachine, listener: MachineListener): void {
    const { loop } = this.#options;
    const burial = this.#bury(machine);
    if (!burial) return listener.lost();
    const funeral = {};
    loop.wake(funeral);
    void burial.then(() => {
      listener.lost();
      loop.rest(funeral);
    });
  }

  #bury({ owner }: SimMachine): Promise<unknown> | undefined {
    return owner === undefined ? undefined : this.#options.store?.leave(owner);
  }
}
