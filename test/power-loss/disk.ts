import type { Randomness } from '../simulation/randomness.js';
import type { Operation } from './traced-writes.js';

/** A disk writes whole sectors, in any order, until it is told to have written all. */
const sector = 512;

/** A file as it is on disk for certain, and what was done to it since. */
interface Inode {
  synced: Buffer;
  unsynced: Extract<Operation, { kind: 'write' | 'truncate' }>[];
}

type NameChange = { readonly name: string; readonly inode: Inode | undefined };

/** What the system was told of files, and what a loss of power would leave of that: all that was synced, and of the rest any part. */
export class Disk {
  /** As processes see it. */
  readonly #names = new Map<string, Inode>();
  /** As it is on disk for certain. */
  readonly #syncedNames = new Map<string, Inode>();
  #unsyncedNames: NameChange[] = [];

  /** @param files what is there already, and on disk for certain */
  constructor(files: ReadonlyMap<string, Buffer> = new Map()) {
    for (const [name, synced] of files) {
      const inode = { synced, unsynced: [] };
      this.#names.set(name, inode);
      this.#syncedNames.set(name, inode);
    }
  }

  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'create':
        if (!this.#names.has(operation.file)) this.#name(operation.file, { synced: Buffer.alloc(0), unsynced: [] });
        break;
      case 'remove':
        this.#name(operation.file, undefined);
        break;
      case 'sync-folder':
        for (const { name, inode } of this.#unsyncedNames) setName(this.#syncedNames, name, inode);
        this.#unsyncedNames = [];
        break;
      case 'sync': {
        const inode = this.#names.get(operation.file)!;
        for (const it of inode.unsynced)
          inode.synced = it.kind === 'write' ? written(inode.synced, it.at, it.bytes) : cut(inode.synced, it.size);
        inode.unsynced = [];
        break;
      }
      default:
        this.#names.get(operation.file)!.unsynced.push(operation);
    }
  }

  /** What may be left of the files after a loss of power at this moment, by name. */
  afterPowerLoss(random: Randomness): Map<string, Buffer> {
    const names = new Map(this.#syncedNames);
    for (const { name, inode } of this.#unsyncedNames) if (random.chance(0.5)) setName(names, name, inode);
    // Nothing, all, and mixtures of all shares.
    const share = [0, 1, random.next(), random.next()][random.below(4)]!;
    return new Map([...names].map(([name, inode]) => [name, remains(inode, share, random)]));
  }

  #name(name: string, inode: Inode | undefined): void {
    setName(this.#names, name, inode);
    this.#unsyncedNames.push({ name, inode });
  }
}

function setName(names: Map<string, Inode>, name: string, inode: Inode | undefined): void {
  if (inode) names.set(name, inode);
  else names.delete(name);
}

/** `share` of the sectors that were not synced have been written. */
function remains({ synced, unsynced }: Inode, share: number, random: Randomness): Buffer {
  let content = synced;
  for (const it of unsynced) {
    if (it.kind === 'truncate') {
      if (random.chance(share)) content = cut(content, it.size);
      continue;
    }
    for (let from = 0; from < it.bytes.length;) {
      const to = Math.min(it.bytes.length, from + sector - ((it.at + from) % sector));
      if (random.chance(share)) content = written(content, it.at + from, it.bytes.subarray(from, to));
      from = to;
    }
  }
  return content;
}

/** What lies between the end of a file and a write behind it is zero. */
function written(content: Buffer, at: number, bytes: Buffer): Buffer {
  const result = Buffer.alloc(Math.max(content.length, at + bytes.length));
  content.copy(result);
  bytes.copy(result, at);
  return result;
}

function cut(content: Buffer, size: number): Buffer {
  return size <= content.length ? content.subarray(0, size) : Buffer.concat([content, Buffer.alloc(size - content.length)]);
}
