import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { allocationsFolder } from '../../agents/bridge/allocations-folder.js';
import { CNI_FOLDERS, hasBridge, makeBridge } from '../../agents/bridge/bridge-network.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import { agentFiles } from '../../agents/node-record.js';
import { findProgram, isExecutable } from '../../programs/find-program.js';
import { packageInstall } from '../../programs/system-packages.js';

/** CNI's, with which Nomad makes networks of its bridge. */
const PLUGINS = ['bridge', 'firewall', 'host-local', 'loopback', 'portmap'];
/** Programs that make and lead the networks of groups, and their packages. */
const PROGRAMS = { iptables: 'iptables', ip: 'iproute2' } as const;

/** With setting `bridge`: refuses what cannot work before an agent starts, and makes the bridge whose address the clients look for. */
export const prepareBridgeStep = defineStep({
  id: 'prepare-bridge',
  title: 'Preparing bridge networks',
  hideWhenDone: true,
  requires: ['nodes'],
  async isDone(at) {
    const { bridge } = at.cluster.settings;
    if (otherPlace(at).length > 0) return { done: false, because: 'setting bridge has changed' };
    if (!bridge || hasBridge()) return { done: true };
    return { done: false, because: 'there is no bridge' };
  },
  async run(at) {
    const moved = otherPlace(at);
    if (moved.length > 0) throw fixed(moved, at);
    await requireAll(at);
    await makeBridge(at.exec);
    return {};
  },
});

/** Clients whose allocations are where another value of the setting has them. */
function otherPlace({ cluster: { settings, paths }, state }: LocalContext<'nodes'>): string[] {
  const clients = state.nodes.filter(({ role }) => role === 'client').map(({ name }) => name);
  return clients.filter((name) =>
    existsSync(settings.bridge ? join(agentFiles(paths.agents, name, 'nomad').data, 'alloc') : join(allocationsFolder(paths.agents), name)),
  );
}

function fixed(clients: readonly string[], { cluster: { name, settings } }: LocalContext<'nodes'>): PrerequisiteError {
  const up = settings.bridge ? nomadctl`up ${name} --bridge` : nomadctl`up ${name} --no-bridge`;
  return new PrerequisiteError(
    `bridge is decided when a client is made: ${clients.join(', ')} ${clients.length === 1 ? 'is' : 'are'} there`,
    {
      code: 'bridge-fixed',
      why: 'the data of allocations is elsewhere with it, and is not moved',
      next: hint`${nomadctl`down ${name}`} && ${up}`,
    },
  );
}

async function requireAll(at: LocalContext): Promise<void> {
  if (at.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new PrerequisiteError('bridge networks are for root on Linux', {
      code: 'bridge-needs-root',
      why: 'Nomad makes a network namespace for each group, and rules of iptables; sidecars of the mesh run without: job greeter',
      next: again({ bridge: undefined }),
    });
  }
  const plugins = PLUGINS.filter((plugin) => !CNI_FOLDERS.some((folder) => isExecutable(`${folder}/${plugin}`)));
  const programs: (keyof typeof PROGRAMS)[] = [];
  for (const program of ['iptables', 'ip'] as const) if ((await findProgram(at, program)) === undefined) programs.push(program);
  if (plugins.length === 0 && programs.length === 0) return;
  const debian = [...(plugins.length > 0 ? ['containernetworking-plugins'] : []), ...programs.map((program) => PROGRAMS[program])].join(
    ' ',
  );
  const install = await packageInstall(at, { apt: debian, dnf: debian.replace('iproute2', 'iproute'), brew: debian }, 0);
  throw new PrerequisiteError(`bridge networks need ${[...plugins.map((name) => `CNI's ${name}`), ...programs].join(', ')}`, {
    code: 'bridge-programs',
    why: `plugins are looked for in ${CNI_FOLDERS.join(', ')}`,
    next: install ? hint`${install.command} && ${again()}` : hint`install them, then ${again()}`,
  });
}
