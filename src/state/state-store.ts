import { hostname, userInfo } from 'node:os';
import { chmod, rename } from 'node:fs/promises';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { StatePlace } from '../config/state-options.js';
import type { StateLock } from '../terraform/backend.js';
import { rootOf, type RootName } from '../terraform/root.js';
import { openBackend } from './backend/open-backend.js';
import { placeTitle } from './backend/place-title.js';
import { mayReplace } from './backend/state-keeping.js';
import type { StateContext, StateOwner } from './state-owner.js';

/** One root's state in one place, this computer or a backend: what moving needs of either. */
export interface StateStore {
  readonly title: string;
  read(): Promise<string | undefined>;
  /** As `RootBackend.keep`. */
  keep(state: string, options?: { readonly overDamaged?: boolean }): Promise<void>;
  /** Who works with it by terraform. */
  lockHolder(): Promise<StateLock | undefined>;
  /** Takes the state away once it is kept elsewhere. Returns what is left of it, in a sentence; nothing where it is gone. */
  retire(to: StatePlace): Promise<string | undefined>;
}

/** @param place where, whatever the settings want */
export function storeIn(ctx: StateContext, owner: StateOwner, { root, place }: { root: RootName; place: StatePlace }): StateStore {
  const backend = openBackend(ctx, { ...owner, place }, root);
  if (!backend) return storeHere(ctx, owner, root);
  return {
    title: backend.title,
    read: () => backend.read(),
    keep: (state, options) => backend.keep(state, options),
    lockHolder: () => backend.lockHolder(),
    async retire(to) {
      const by = `${userInfo().username}@${hostname()}`;
      const note = { nomadctl: 'moved', to: placeTitle(to), by, at: new Date(ctx.clock.now()).toISOString() } as const;
      await backend.leaveNote(note);
      return undefined;
    },
  };
}

function storeHere({ clock }: StateContext, { paths }: StateOwner, name: RootName): StateStore {
  const { state } = rootOf(paths, name);
  const read = async (): Promise<string | undefined> => {
    const text = await readIfThere(state);
    // Terraform leaves an empty file where it moved a state itself.
    return text === undefined || text.trim() === '' ? undefined : text;
  };
  return {
    title: state,
    read,
    async keep(text, { overDamaged } = {}) {
      if (mayReplace(text, await read(), { title: state, overDamaged }) === 'write') await writeFileAtomic(state, text);
    },
    // The system takes that lock from whoever ends, and the run of another one is refused by the lock of the cluster.
    lockHolder: () => Promise.resolve(undefined),
    async retire() {
      const kept = `${state}.moved-${new Date(clock.now()).toISOString().replace(/[:.]/g, '-')}`;
      await rename(state, kept);
      // A terraform that was started by hand may have written it for everybody to read.
      await chmod(kept, 0o600);
      return `the state before is ${kept}`;
    },
  };
}
