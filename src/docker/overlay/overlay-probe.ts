import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { shellWord } from '@nomadctl/base/shell-word';
import { DOCKER, type OverlayHost } from './overlay-host.js';

/** `refused` by a port where nobody listens: both ways were gone. */
export type Passage = 'passes' | 'lost' | 'unnamed';

/** What comes of packets from a container on one host to one on another. */
export interface Passed {
  readonly from: string;
  readonly to: string;
  readonly byAddress: Passage;
  readonly byName: Passage;
}

/*
 * Containers of an image that is made of the host's own bash and what it is linked with: nothing is downloaded. A connection to a
 * port where nobody listens is refused by the other container itself, so that answer has crossed the overlay twice.
 */
const IMAGE = 'nomadctl-probe:1';
const MAKE_IMAGE = `if ! ${DOCKER} image inspect ${IMAGE} > /dev/null 2>&1; then
  root=$(mktemp -d)
  for program in bash sleep timeout; do
    file=$(command -v "$program")
    for part in "$file" $(ldd "$file" | grep -o '/[^ ]*'); do mkdir -p "$root$(dirname "$part")"; cp -L "$part" "$root$part"; done
  done
  tar -C "$root" -c . | ${DOCKER} import - ${IMAGE} > /dev/null
  rm -rf "$root"
fi`;

/** Tries each host with each other one; leaves nothing behind. @param word tells these containers from others */
export async function probeOverlay(network: string, hosts: readonly OverlayHost[], word: string): Promise<Passed[]> {
  const named = (host: OverlayHost): string => `nomadctl-probe-${word}-${host.name}`;
  try {
    const started = await mapBounded(hosts, PROCESSES_AT_ONCE, async (host) => {
      const script = `${MAKE_IMAGE}
${DOCKER} run --detach --name ${named(host)} --network ${shellWord(network)} ${IMAGE} "$(command -v sleep)" 300 > /dev/null
echo "address $(${DOCKER} inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ${named(host)})"`;
      const said = await host.shell.run('starting a container in the network', script);
      return { host, address: /^address (\S+)$/m.exec(said)?.[1] ?? '' };
    });
    const passed = await mapBounded(started, PROCESSES_AT_ONCE, async ({ host }) => {
      const others = started.filter((one) => one.host !== host);
      const said = await host.shell.run(
        'trying the network',
        tryScript(
          named(host),
          others.map(({ host: to, address }) => [address, named(to)]),
        ),
      );
      const answer = (index: number, by: string): Passage =>
        (new RegExp(`^reached ${index} ${by} (\\S+)$`, 'm').exec(said)?.[1] ?? 'lost') as Passage;
      return others.map(({ host: to }, index): Passed => ({
        from: host.name,
        to: to.name,
        byAddress: answer(index, 'address'),
        byName: answer(index, 'name'),
      }));
    });
    return passed.flat();
  } finally {
    await mapBounded(hosts, PROCESSES_AT_ONCE, (host) =>
      host.shell
        .run(
          'removing the container',
          `${DOCKER} rm --force ${named(host)} > /dev/null 2>&1 || true\n${DOCKER} rmi ${IMAGE} > /dev/null 2>&1 || true`,
        )
        .catch(() => ''),
    );
  }
}

/** How long it is tried: what a container asks for has to be known on its own host first. In seconds. */
const PATIENCE_S = 6;

function tryScript(container: string, others: readonly (readonly [string, string])[]): string {
  const calls = others.flatMap(([address, name], index) => [
    `reach ${index} address ${shellWord(address)} &`,
    `reach ${index} name ${name} &`,
  ]);
  return `reach() {
  local said end=$((SECONDS + ${PATIENCE_S}))
  while :; do
    said=$(${DOCKER} exec ${container} "$(command -v timeout)" 2 "$(command -v bash)" -c 'exec 3<> "/dev/tcp/$1/9"' - "$3" 2>&1 || true)
    case $said in *refused*) echo "reached $1 $2 passes"; return ;; esac
    if [ $SECONDS -ge $end ]; then break; fi
    sleep 0.3
  done
  case $said in *known*|*resolution*) echo "reached $1 $2 unnamed" ;; *) echo "reached $1 $2 lost" ;; esac
}
${calls.join('\n')}
wait`;
}
