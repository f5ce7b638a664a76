import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { AbortError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { Context } from '../../context.js';
import { performOperation } from '../../plans/tenants.js';
import { lead } from '../../tenants/lead.js';
import { sharedRights } from '../../tenants/tenant-namespace.js';
import { flagOf, type Command, type CommandInput } from '../command.js';
import { withTenants } from '../tenant/open-tenants.js';
import { serviceLog } from './service-log.js';

export const command: Command = {
  flags: [{ flag: '--for <pid>', summary: 'ends with this process, which started it', hidden: true }],
  examples: ['nomadctl controller work'],
  about: [
    'controller serve starts one beside itself, so that work never holds up answers. Any number of them may run: one, which holds a lock in Consul, does',
    'what was asked for. Killed at any moment, another one goes on where it was. Ctrl-C ends it; what is under way goes on with the next one.',
  ].join(' '),
  async run(input, ctx) {
    const signal = anySignal(ctx.signal, ...endingWith(parentOf(input)));
    return withTenants(ctx, async ({ connection, store }) => {
      const log = serviceLog(ctx);
      const writeRights = sharedRights();
      const name = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
      await lead({
        ...{ store, clock: ctx.clock, signal, name },
        told: (said, leads) => log('leader', { name, said, leads }),
        async perform(operation, { session, signal: until }) {
          const { id, kind, tenant } = operation;
          log('operation', { id, kind, tenant, state: 'running' });
          const own = { ...quietly(ctx), signal: anySignal(signal, until), given: { ...ctx.given } };
          const { state } = await performOperation(own, operation, { connection, store, session, writeRights });
          log('operation', { id, kind, tenant, state });
        },
      });
      return undefined;
    });
  },
};

function parentOf(input: CommandInput): number | undefined {
  const text = flagOf(input, 'for');
  if (text === undefined) return undefined;
  const pid = Number(text);
  if (Number.isInteger(pid) && pid > 0) return pid;
  throw new UsageError(`--for must be the id of a process (got "${text}")`, { code: 'flag-invalid', next: nomadctl`controller work` });
}

/** How soon it is noticed that the parent was killed: what it started must not go on for nobody. */
const LOOK_MS = 500;

function endingWith(parent: number | undefined): AbortSignal[] {
  if (parent === undefined) return [];
  const gone = new AbortController();
  setInterval(() => {
    if (process.ppid !== parent) gone.abort(new AbortError('Interrupted', 130, { why: 'the controller that started it is gone' }));
  }, LOOK_MS).unref();
  return [gone.signal];
}

/** Many run side by side, and nobody looks at their lists. */
function quietly(ctx: Context): Context {
  const startPlan: Context['ui']['startPlan'] = () => ({ start() {}, line() {}, finish() {}, end() {} });
  return { ...ctx, ui: Object.create(ctx.ui, { startPlan: { value: startPlan }, note: { value: () => undefined } }) as Context['ui'] };
}
