import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { Context } from '../../context.js';
import { createFreshCache } from '../../controller/fresh-cache.js';
import { serveController } from '../../controller/serve-controller.js';
import { performOperation } from '../../plans/tenants.js';
import { pruneAudit } from '../../tenants/audit.js';
import { lead } from '../../tenants/lead.js';
import { sharedRights } from '../../tenants/tenant-namespace.js';
import type { Command } from '../command.js';
import { listenFlag, listenOf, urlAt } from '../listen-flag.js';
import { withTenants } from '../tenant/open-tenants.js';

const DEFAULT_LISTEN = '127.0.0.1:8390';
/** How old an address or a customer's record may be. */
const FRESH_MS = 500;

export const command: Command = {
  flags: [listenFlag(DEFAULT_LISTEN)],
  examples: ['nomadctl controller serve', 'nomadctl controller serve --listen 127.0.0.1:0'],
  about: [
    'Any number of them may run beside each other: all answer, and one, which holds a lock in Consul, does what was asked for. When it is killed',
    'another one goes on where it was. It speaks plain HTTP: put what ends TLS before it where others than this computer reach it.',
    'GET /v1/openapi.json describes it. Ctrl-C ends it; what is under way goes on with the next one.',
  ].join(' '),
  async run(input, ctx) {
    return withTenants(ctx, async ({ connection, store }) => {
      const cache = createFreshCache(FRESH_MS);
      const { signal, paths, redact } = ctx;
      let leads = false;
      const log = (event: string, facts: object = {}): void =>
        ctx.ui.write(`${redact(JSON.stringify({ at: new Date(ctx.clock.now()).toISOString(), event, ...facts }))}\n`);
      const at = { connection, store, cache, paths, redact, signal, now: () => ctx.clock.now() };
      const listen = listenOf(input, { fallback: DEFAULT_LISTEN, next: nomadctl`controller serve --listen ${DEFAULT_LISTEN}` });
      const server = await serveController(at, {
        ...listen,
        version: '1',
        isLeader: () => leads,
        onFailure: (error) => log('failure', { why: error instanceof Error ? error.message : String(error) }),
      });
      log('listening', { url: urlAt({ ...listen, port: server.port }) });
      const writeRights = sharedRights();
      const name = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
      const leading = lead({
        ...{ store, clock: ctx.clock, signal, name },
        told(line, isLeader) {
          leads = isLeader;
          log('leader', { name, said: line });
          if (isLeader) void pruneAudit(store, signal).catch(() => undefined);
        },
        async perform(operation, { session, signal: until }) {
          const { id, kind, tenant } = operation;
          log('operation', { id, kind, tenant, state: 'running' });
          const own = { ...quietly(ctx), signal: anySignal(signal, until), given: { ...ctx.given } };
          const { state } = await performOperation(own, operation, { connection, store, session, writeRights });
          log('operation', { id, kind, tenant, state });
        },
      });
      try {
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await server.close();
        await leading;
      }
      return undefined;
    });
  },
};

function quietly(ctx: Context): Context {
  const startPlan: Context['ui']['startPlan'] = () => ({ start() {}, line() {}, finish() {}, end() {} });
  return { ...ctx, ui: Object.create(ctx.ui, { startPlan: { value: startPlan }, note: { value: () => undefined } }) as Context['ui'] };
}
