import { createHttp, ifThere, type Http } from '../../clients/http.js';
import { stateLockIn, type RootBackend, type StateLock } from '../../terraform/backend.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { authorityOf } from './authority.js';
import { backendBlock } from './hcl-block.js';
import { holderOfHttp, unlockHttp } from './http-lock.js';
import { lockStays } from './keeping-errors.js';
import { httpCredentials } from './state-credentials.js';
import { mayReplace } from './state-keeping.js';

/** Where a cluster's things are on the server. */
export const pathsOf = (cluster: string): string => `/nomadctl/${cluster}/`;

/** @throws ConfigError `state-ca-missing` */
export function httpStoreOf(ctx: Pick<StateContext, 'env' | 'redact'>, { place }: Pick<StateOwner, 'place'>): Http {
  const { authorization } = httpCredentials(ctx);
  return createHttp({
    ...{ name: 'the server of the states', url: place.address, indexHeader: 'x-index' },
    ...(authorization ? { headers: { authorization } } : {}),
    ...(place.ca === '' ? {} : { ca: authorityOf(place.ca) }),
  });
}

/**
 * A web server that keeps what is posted to it, with WebDAV's LOCK and UNLOCK: terraform's own defaults.
 * https://developer.hashicorp.com/terraform/language/backend/http
 */
export function httpBackend(ctx: StateContext, owner: StateOwner, name: string): RootBackend {
  const { place } = owner;
  const { signal } = ctx;
  const path = `${pathsOf(owner.name)}${name}`;
  const address = `${place.address}${path}`;
  const title = address;
  const configuration = backendBlock('http', {
    address,
    lock_address: address,
    unlock_address: address,
    client_ca_certificate_pem: place.ca === '' ? undefined : authorityOf(place.ca).pem,
  });
  const http = httpStoreOf(ctx, owner);
  const read = async (): Promise<string | undefined> => {
    const reply = await ifThere(http.whole({ path, signal }));
    const text = reply?.body.toString('utf8');
    return text === '' ? undefined : text;
  };
  const post = async (text: string): Promise<void> =>
    void (await http.whole({ method: 'POST', path, bytes: Buffer.from(text), headers: JSON_TYPE, signal }));
  const holder = (): Promise<string | undefined> => holderOfHttp(http, { path, signal });
  return {
    kind: 'http',
    title,
    configuration,
    env: httpCredentials(ctx).env,
    read,
    async keep(state, { overDamaged, overForeign } = {}) {
      if (mayReplace(state, await read(), { title, overDamaged, overForeign }) === 'write') await post(state);
    },
    leaveNote: (note) => post(JSON.stringify(note)),
    remove: async () => void (await ifThere(http.whole({ method: 'DELETE', path, signal }))),
    async lockHolder(): Promise<StateLock | undefined> {
      const held = await holder();
      return held === undefined ? undefined : stateLockIn(held);
    },
    async breakLock(id) {
      const held = await holder();
      if (held === undefined) return;
      const lock = stateLockIn(held);
      if (lock.id !== id) throw lockStays(id, { title, why: `the lock is ${lock.id} by now, of ${lock.who}` });
      await unlockHttp(http, { path, info: held, signal });
    },
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };
