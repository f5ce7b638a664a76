import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createConsulStore, LARGEST_VALUE, type ConsulStore } from '../../clients/consul/consul-store.js';
import { stateLockIn, type RootBackend } from '../../terraform/backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { authorityOf } from './authority.js';
import { backendBlock } from './hcl-block.js';
import { changedMeanwhile, lockStays } from './keeping-errors.js';
import { consulToken } from './state-credentials.js';
import { mayReplace } from './state-keeping.js';

/** Where a cluster's keys are. It ends in a slash: without, rights to `prod` would be rights to `prod-2`. */
export const prefixOf = (cluster: string): string => `nomadctl/${cluster}/`;

/** @throws ConfigError `state-ca-missing` */
export function storeOf(ctx: Pick<StateContext, 'env' | 'redact'>, { place }: Pick<StateOwner, 'place'>): ConsulStore {
  const token = consulToken(ctx);
  return createConsulStore({ url: place.address, ...(token ? { token } : {}), ...(place.ca ? { ca: authorityOf(place.ca) } : {}) });
}

/**
 * A state as terraform's Consul backend keeps it: at one key, compressed, in pieces where it is large.
 * https://developer.hashicorp.com/terraform/language/backend/consul
 */
export function consulBackend(ctx: StateContext, owner: StateOwner, name: string): RootBackend {
  const { place } = owner;
  const { signal } = ctx;
  const { protocol, host, pathname } = new URL(place.address);
  const path = `${prefixOf(owner.name)}${name}/`;
  const token = consulToken(ctx);
  const title = `Consul at ${place.address}, ${path}`;
  const configuration = backendBlock('consul', {
    address: `${host}${pathname === '/' ? '' : pathname}`,
    scheme: protocol.replace(':', ''),
    path,
    gzip: true,
    ca_file: place.ca || undefined,
  });
  const env = token ? { CONSUL_HTTP_TOKEN: token } : {};
  // Made at the first use: a file that is missing is told then.
  let opened: ConsulStore | undefined;
  const store = (): ConsulStore => (opened ??= storeOf(ctx, owner));
  const lockKey = `${path}.lock`;
  const read = async (): Promise<{ text: string; index: number } | undefined> => {
    const found = await store().read(path, signal);
    return found && { text: await stateIn(found.value, (key) => store().read(key, signal)), index: found.index };
  };
  return {
    kind: 'consul',
    title,
    configuration,
    env,
    read: async () => (await read())?.text,
    async keep(state, { overDamaged, overForeign } = {}) {
      const there = await read();
      if (mayReplace(state, there?.text, { title, overDamaged, overForeign }) === 'kept') return;
      const packed = gzipSync(state);
      const value = packed.length <= LARGEST_VALUE ? packed : await keepPieces(store(), { path, state, signal });
      if (!(await store().write(path, value, { index: there?.index ?? 0, signal }))) throw changedMeanwhile(title);
    },
    async leaveNote(note) {
      const there = await store().read(path, signal);
      const text = Buffer.from(JSON.stringify(note));
      if (!(await store().write(path, text, { index: there?.index ?? 0, signal }))) throw changedMeanwhile(title);
    },
    remove: () => store().remove(path, { recurse: true, signal }),
    async lockHolder() {
      const [lock, info] = [await store().read(lockKey, signal), await store().read(`${path}.lockinfo`, signal)];
      return lock?.session === undefined ? undefined : stateLockIn(info?.value.toString('utf8') ?? '', lock.session);
    },
    async breakLock(id) {
      await store().endSession(id, signal);
      if ((await store().read(lockKey, signal))?.session !== id) return;
      throw lockStays(id, { title, why: 'Consul took the session away, and still shows the lock with it' });
    },
  };
}

/**
 * Keeps what is too large for one key as terraform does: pieces, below the hash of the state, and an index that names them, which is
 * returned. Terraform itself would give a state another serial that it is told to keep (`state push`), and in an empty place another lineage.
 */
async function keepPieces(
  store: ConsulStore,
  { path, state, signal }: { readonly path: string; readonly state: string; readonly signal: AbortSignal },
): Promise<Buffer> {
  const packed = gzipSync(state);
  const hash = createHash('md5').update(state).digest('hex');
  const chunks: string[] = [];
  for (let at = 0; at < packed.length; at += LARGEST_VALUE) {
    const key = `${path}tfstate.${hash}/${chunks.length}`;
    // One that a run which was killed has written has the same content.
    const index = (await store.read(key, signal))?.index ?? 0;
    await store.write(key, packed.subarray(at, at + LARGEST_VALUE), { index, signal });
    chunks.push(key);
  }
  return Buffer.from(JSON.stringify({ 'current-hash': hash, chunks }));
}

const GZIP = Buffer.from([0x1f, 0x8b]);

/** Keys of the pieces, where the text is an index of them. */
function chunksIn(text: string): readonly string[] | undefined {
  if (!text.includes('"current-hash"')) return undefined;
  try {
    const { chunks, resources } = JSON.parse(text) as { readonly chunks?: readonly string[]; readonly resources?: unknown };
    return resources === undefined ? chunks : undefined;
  } catch {
    return undefined;
  }
}

/** Compressed or not, whole or an index of its pieces: as terraform reads it. */
async function stateIn(value: Buffer, read: (key: string) => Promise<{ readonly value: Buffer } | undefined>): Promise<string> {
  const text = unpacked(value);
  const chunks = chunksIn(text);
  if (chunks === undefined) return text;
  const pieces: Buffer[] = [];
  for (const key of chunks) pieces.push((await read(key))?.value ?? Buffer.alloc(0));
  return unpacked(Buffer.concat(pieces));
}

/** A piece that is missing leaves what cannot be unpacked; whoever reads the state says that it is none. */
function unpacked(value: Buffer): string {
  if (!value.subarray(0, 2).equals(GZIP)) return value.toString('utf8');
  try {
    return gunzipSync(value).toString('utf8');
  } catch {
    return value.toString('latin1');
  }
}
