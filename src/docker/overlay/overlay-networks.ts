import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { again, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { shellWord } from '@nomadctl/base/shell-word';
import { DOCKER, managerOf, type SwarmHost } from './overlay-host.js';
import type { Passed } from './overlay-probe.js';

export interface WantedNetwork {
  readonly name: string;
  readonly subnet?: string | undefined;
  readonly encrypted: boolean;
}

export interface OverlayNetwork {
  readonly name: string;
  readonly subnet: string;
  readonly encrypted: boolean;
}

/** Ours, among others of the swarm. */
const LABEL = 'nomadctl.network';
/** On the host that has begun the swarm: it ends with the last network of ours. */
const MARK = '/var/lib/nomadctl/docker-swarm';
const MANAGERS_PORT = 2377;

/** @throws UsageError `name-invalid` */
export function networkName(name: string): string {
  if (/^[a-z0-9][a-z0-9_.-]{0,62}$/.test(name) && !['bridge', 'host', 'none', 'ingress', 'default'].includes(name)) return name;
  throw new UsageError(`"${name}" can be no name of a network`, {
    code: 'name-invalid',
    why: "small letters, digits, dots and dashes, 63 at the most, and none of docker's own",
    next: nomadctl`network create shop`,
  });
}

/** Has all hosts in one swarm, and the manager of it. May be done again. @throws what the shell throws */
export async function ensureSwarm(hosts: readonly SwarmHost[], redact: Redactor): Promise<SwarmHost> {
  const [first] = hosts;
  if (!first) throw new Error('an overlay has hosts');
  const manager = hosts.find(({ isManager }) => isManager) ?? first;
  const at = ({ address }: SwarmHost): string => shellWord(address);
  if (!manager.isIn)
    await manager.shell.run(
      'beginning a swarm',
      `${DOCKER} swarm init --advertise-addr ${at(manager)} --listen-addr ${at(manager)}:${MANAGERS_PORT} --data-path-addr ${at(manager)} > /dev/null
install -d -m 0755 "$(dirname ${MARK})" && touch ${MARK}`,
    );
  const waiting = hosts.filter((host) => host !== manager && !host.isIn);
  if (waiting.length === 0) return manager;
  const said = await manager.shell.run('asking for the token of the swarm', `${DOCKER} swarm join-token --quiet worker`);
  const token = new Secret(said.trim(), redact);
  await mapBounded(waiting, PROCESSES_AT_ONCE, (host) =>
    host.shell.run(
      'joining the swarm',
      // By the engine's API: docker's own program takes the token as an argument, which everybody on the host can read.
      `answer=$(printf '{"ListenAddr":"%s:${MANAGERS_PORT}","AdvertiseAddr":"%s","DataPathAddr":"%s","RemoteAddrs":["%s:${MANAGERS_PORT}"],"JoinToken":"%s"}' \\
  ${at(host)} ${at(host)} ${at(host)} ${at(manager)} "$token" |
  curl -sS --max-time 60 --unix-socket /var/run/docker.sock -H 'Content-Type: application/json' --data-binary @- http://docker/swarm/join)
if [ -n "$answer" ]; then echo "$answer"; exit 1; fi`,
      { token },
    ),
  );
  // Nobody else joins by the token that hosts were told.
  await manager.shell.run('changing the token of the swarm', `${DOCKER} swarm join-token --quiet --rotate worker > /dev/null`);
  return manager;
}

/** @throws OutcomeError `network-there`, and what docker says */
export async function createNetwork(manager: SwarmHost, { name, subnet, encrypted }: WantedNetwork): Promise<void> {
  const there = await networksOf(manager);
  if (there.some((network) => network.name === name))
    throw new OutcomeError(`there is a network ${name} already`, {
      code: 'network-there',
      why: `docker on ${manager.name} has it`,
      next: nomadctl`network test ${name}`,
    });
  const options = [...(subnet ? ['--subnet', shellWord(subnet)] : []), ...(encrypted ? ['--opt', 'encrypted'] : [])];
  await manager.shell.run(
    `making the network ${name}`,
    `${DOCKER} network create --driver overlay --attachable --label ${LABEL}=true ${options.join(' ')} ${shellWord(name)} > /dev/null`,
  );
}

/** Ours, in the order of their names. */
export async function networksOf(manager: SwarmHost): Promise<OverlayNetwork[]> {
  const format = `{{.Name}} {{range .IPAM.Config}}{{.Subnet}}{{end}} {{range $key, $value := .Options}}{{$key}},{{end}}`;
  const said = await manager.shell.run(
    'listing networks',
    `${DOCKER} network ls --quiet --filter label=${LABEL} | while read -r id; do ${DOCKER} network inspect --format '${format}' "$id"; done`,
  );
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const networks = lines.map((line) => {
    const [name = '', subnet = '', options = ''] = line.split(' ');
    return { name, subnet, encrypted: options.split(',').includes('encrypted') };
  });
  return networks.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @throws OutcomeError `network-unknown` */
export async function requireNetwork(manager: SwarmHost, name: string): Promise<OverlayNetwork> {
  const all = await networksOf(manager);
  const found = all.find((network) => network.name === name);
  if (found) return found;
  throw new OutcomeError(`there is no overlay network ${name}`, {
    code: 'network-unknown',
    why: all.length > 0 ? `there are ${all.map((network) => network.name).join(', ')}` : 'there is none of nomadctl’s',
    next: nomadctl`network list`,
  });
}

/**
 * Removes a network; with the last one of ours the swarm that was begun for them ends.
 * @returns whether the swarm has ended. @throws what docker says, such as that containers are in it
 */
export async function removeNetwork(hosts: readonly SwarmHost[], name: string): Promise<boolean> {
  const manager = managerOf(hosts);
  await manager.shell.run(`removing the network ${name}`, removeScript(name));
  if ((await networksOf(manager)).length > 0) return false;
  const isOurs =
    (await manager.shell.run(
      'looking who began the swarm',
      `if [ -e ${MARK} ] && [ -z "$(${DOCKER} service ls --quiet)" ]; then echo ours; fi`,
    )) === 'ours';
  if (!isOurs) return false;
  const leave = `${DOCKER} swarm leave --force > /dev/null\nrm -f ${MARK}`;
  const workers = hosts.filter((host) => host !== manager && host.isIn);
  await mapBounded(workers, PROCESSES_AT_ONCE, (host) => host.shell.run('leaving the swarm', leave));
  await manager.shell.run('ending the swarm', leave);
  return true;
}

/** A network of a swarm is in its lists for some moments more. */
function removeScript(name: string): string {
  return `${DOCKER} network rm ${shellWord(name)} > /dev/null
for _ in $(seq 100); do
  if ! ${DOCKER} network ls --format '{{.Name}}' | grep -qxF ${shellWord(name)}; then exit 0; fi
  sleep 0.2
done
echo "docker still has it"
exit 1`;
}

/** @throws OutcomeError `overlay-lost` with each way that does not work */
export function requirePassage(network: WantedNetwork | OverlayNetwork, passed: readonly Passed[]): void {
  const lost = passed.filter(({ byAddress, byName }) => byAddress !== 'passes' || byName !== 'passes');
  if (lost.length === 0) return;
  const lines = lost.map(({ from, to, byAddress, byName }) =>
    byAddress === 'passes'
      ? `${from} reaches ${to} by its address, and not by its name${byName === 'unnamed' ? ': it is not known there' : ''}`
      : `${from} does not reach ${to}: nothing comes back`,
  );
  const why = network.encrypted
    ? 'encrypted overlays need ESP of the kernel and of every firewall between the hosts; docker makes the network all the same'
    : 'between the hosts UDP 4789 has to be open, and TCP and UDP 7946';
  throw new OutcomeError(`packets in the overlay network ${network.name} are lost`, {
    code: 'overlay-lost',
    why: [...lines, why],
    next: network.encrypted ? hint`${again({ encrypted: undefined })}   without` : nomadctl`network test ${network.name}`,
  });
}
