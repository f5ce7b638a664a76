import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { agentsOf } from '../../cluster/node-roles.js';
import { STOPPING_WAVES } from '../../security/securing/stopping-waves.js';
import type { HostsRequest } from '../host-nodes.js';
import { hostShells } from '../rotation/host-shells.js';
import { writeFirstContactConfig } from '../ssh-config.js';
import { untilAnswered } from '../until-answered.js';
import { checkPlainHost, endPlainAgent } from './plain-agents-scripts.js';

/** Of one script: it waits for the first boot of a host that has just been made. */
const SCRIPT_MS = 6 * 60_000;

export interface StoppingHosts extends HostsRequest {
  /** Whether an earlier run has begun with it. */
  readonly begun: boolean;
  /** Called when all hosts are fit for it, before the first agent ends. */
  readonly begin: () => Promise<void>;
  readonly line: (text: string) => void;
}

/**
 * Ends the agents of a plain cluster whose nodes are hosts, over one SSH connection to each; tasks go on. Nothing ends before every
 * host has said that it can become one of a secured cluster. Afterwards `setUpHosts` makes them that. May be done again.
 * @throws OutcomeError `host-silent`, `host-refused`, `host-key-changed` or `host-script-failed`
 */
export async function stopPlainHosts({ begun, begin, line, ...request }: StoppingHosts): Promise<void> {
  const { hosts, ctx } = request;
  // The key of a host that has just been made is not known yet.
  const shells = hostShells(request, SCRIPT_MS, writeFirstContactConfig);
  try {
    line('looking at every host');
    await mapBounded(hosts, PROCESSES_AT_ONCE, ({ name, role }) =>
      untilAnswered(ctx, () =>
        shells.on(name, (shell) => shell.run('looking whether it can become secure', checkPlainHost(agentsOf(role), { begun }))),
      ),
    );
    await begin();
    for (const { title, has } of STOPPING_WAVES) {
      const wave = hosts.flatMap(({ name, role }) => agentsOf(role).flatMap((agent) => (has(agent) ? [{ name, ...agent }] : [])));
      if (wave.length > 0) line(title);
      await mapBounded(wave, PROCESSES_AT_ONCE, ({ name, program }) =>
        shells.on(name, (shell) => shell.run(`ending ${program}`, endPlainAgent(program))),
      );
    }
  } finally {
    await shells.close();
  }
}
