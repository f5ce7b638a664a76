import type { AgentEndpoint } from '../clients/agent-endpoint.js';
import { createConsulApi } from '../clients/consul/consul-api.js';
import { createNomadApi } from '../clients/nomad-api.js';
import { NotTakenError, ServerLostError } from '../clients/relay/relay.js';
import type { AgentProgram } from '../cluster/node-roles.js';

/** The servers of a program, of which one is asked as long as it answers. */
export interface Upstream {
  /**
   * Asks the server that answered last, else the next one, and after all of them those that the cluster has by now.
   * @param ask is told a signal that aborts when its server stops answering
   * @throws NotTakenError when none took it; what `ask` throws otherwise
   */
  ask<Reply>(ask: Ask<Reply>): Promise<Reply>;
  /** Counts what goes on with a server; while anything does, somebody looks whether the server is still there. */
  hold(until: Promise<unknown>): void;
  close(): void;
}

type Ask<Reply> = (endpoint: AgentEndpoint, lost: AbortSignal) => Promise<Reply>;

/** Looked at so often; given up after as many seconds without an answer, twice. */
const LOOK_MS = 3000;

/** @param look the servers as the cluster is now, the best one first */
export function createUpstream(program: AgentProgram, look: () => Promise<readonly AgentEndpoint[]>): Upstream {
  let servers: readonly AgentEndpoint[] = [];
  let lost = new AbortController();
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  const closed = new AbortController();

  /** Another server comes first, and whatever waits for this one ends. */
  const leave = (endpoint: AgentEndpoint): void => {
    if (servers[0]?.url !== endpoint.url) return;
    servers = [...servers.slice(1), endpoint];
    lost.abort(new ServerLostError(`${endpoint.url} no longer answers`));
    lost = new AbortController();
  };

  const watch = async (misses = 0): Promise<void> => {
    timer = undefined;
    const [first] = servers;
    if (held === 0 || first === undefined || closed.signal.aborted) return;
    const answers = await isThere(program, first, closed.signal);
    if (!answers && misses > 0) leave(first);
    timer ??= setTimeout(() => void watch(answers ? 0 : misses + 1), LOOK_MS).unref();
  };

  const round = async <Reply>(ask: Ask<Reply>): Promise<{ reply: Reply } | NotTakenError> => {
    let failure = new NotTakenError('the cluster has no server');
    for (const endpoint of servers) {
      try {
        return { reply: await ask(endpoint, lost.signal) };
      } catch (error) {
        if (!(error instanceof NotTakenError)) throw error;
        failure = error;
        leave(endpoint);
      }
    }
    return failure;
  };

  return {
    async ask(ask) {
      if (servers.length === 0) servers = await look();
      const first = await round(ask);
      if (!(first instanceof Error)) return first.reply;
      servers = await look();
      const second = await round(ask);
      if (!(second instanceof Error)) return second.reply;
      throw second;
    },
    hold(until) {
      held += 1;
      timer ??= setTimeout(() => void watch(), LOOK_MS).unref();
      const release = (): void => void (held -= 1);
      void until.then(release, release);
    },
    close() {
      closed.abort(new Error('the gateway has ended'));
      clearTimeout(timer);
      lost.abort(closed.signal.reason);
    },
  };
}

/** Whether a server says anything, such as that there is no leader. */
async function isThere(program: AgentProgram, endpoint: AgentEndpoint, signal: AbortSignal): Promise<boolean> {
  const api = program === 'nomad' ? createNomadApi(endpoint) : createConsulApi(endpoint);
  return api.leader(signal).then(
    () => true,
    (error: unknown) => !['api-unreachable', 'api-untrusted'].includes((error as { code?: string }).code ?? ''),
  );
}
