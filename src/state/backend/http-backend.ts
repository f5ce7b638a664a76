import { readFileSync } from 'node:fs';
import { createHttp, ifThere } from '../../clients/http.js';
import type { RootBackend } from '../../terraform/backend.js';
import { terraformArgv } from '../../tools/terraform.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { bareTerraform, type BareRoot } from './bare-terraform.js';
import { backendBlock } from './hcl-block.js';
import { httpCredentials } from './state-credentials.js';
import { mayReplace } from './state-keeping.js';

/**
 * A web server that keeps what is posted to it, with WebDAV's LOCK and UNLOCK: terraform's own defaults.
 * https://developer.hashicorp.com/terraform/language/backend/http
 */
export function httpBackend(
  ctx: StateContext,
  { name: cluster, place }: StateOwner,
  { name, bare }: { name: string; bare: string },
): RootBackend {
  const path = `/nomadctl/${cluster}/${name}`;
  const address = `${place.address}${path}`;
  const { env, authorization } = httpCredentials(ctx);
  const title = address;
  const pem = place.ca === '' ? undefined : readFileSync(place.ca, 'utf8');
  const configuration = backendBlock('http', {
    address,
    lock_address: address,
    unlock_address: address,
    client_ca_certificate_pem: pem,
  });
  const root: BareRoot = { folder: bare, configuration, env };
  const http = createHttp({
    ...{ name: 'the server of the states', url: place.address, indexHeader: 'x-index' },
    ...(authorization ? { headers: { authorization } } : {}),
    ...(pem === undefined ? {} : { ca: { pem, file: place.ca } }),
  });
  const read = async (): Promise<string | undefined> => {
    const reply = await ifThere(http.send<unknown>({ path, signal: ctx.signal }));
    return reply?.value === undefined ? undefined : JSON.stringify(reply.value);
  };
  return {
    kind: 'http',
    title,
    configuration,
    env,
    read,
    async keep(state, { overDamaged, overForeign } = {}) {
      if (mayReplace(state, await read(), { title, overDamaged, overForeign }) === 'kept') return;
      await http.send({ method: 'POST', path, body: JSON.parse(state) as unknown, signal: ctx.signal });
    },
    leaveNote: async (note) => void (await http.send({ method: 'POST', path, body: note, signal: ctx.signal })),
    // Only who asks for the lock is told.
    lockHolder: () => Promise.resolve(undefined),
    breakLock: async (id) => void (await bareTerraform(ctx, root, terraformArgv.forceUnlock(id))),
  };
}
