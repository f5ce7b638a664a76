import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { isAbort } from '@nomadctl/base/errors';
import type { DockerEngine } from './engine.js';
import { HOST_LABEL, type EngineNames } from './names.js';

const RETRY_MS = 2000;

interface EngineEvent {
  readonly Actor?: { readonly Attributes?: Readonly<Record<string, string>> };
}

/** Tells of hosts that ended by themselves: shut down or restarted from within, or removed by somebody. */
export function watchContainers(
  names: EngineNames,
  engine: DockerEngine,
  { onEnd }: { readonly onEnd: (host: string) => void },
): { stop(): void } {
  const ending = new AbortController();
  const query = { filters: { ...names.filter, type: ['container'], event: ['die', 'destroy'] } };
  const watch = async (): Promise<void> => {
    const stream = await engine.stream({ path: '/events', query, signal: ending.signal });
    for await (const line of createInterface({ input: stream })) {
      const { Actor } = JSON.parse(line) as EngineEvent;
      const host = Actor?.Attributes?.[HOST_LABEL];
      if (host !== undefined) onEnd(host);
    }
  };
  const forever = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      // An engine that restarts ends the stream.
      await watch().catch(() => undefined);
      await delay(RETRY_MS, undefined, { signal: ending.signal });
    }
  };
  void forever().catch((error: unknown) => {
    if (!isAbort(error)) throw error;
  });
  return { stop: () => ending.abort() };
}
