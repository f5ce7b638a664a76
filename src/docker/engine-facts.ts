import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { HostShell } from '../machines/host-shell.js';
import { DAEMON_JSON, ENGINE_TLS } from './tls/daemon-config.js';
import { DEFAULTS_FILE, DROP_IN } from './tls/unit-flags.js';

/** Who starts the engine. `none`: nobody whom we could ask to start it anew. */
export type Init = 'systemd' | 'sysv' | 'none';

export interface FileRights {
  readonly path: string;
  /** In octal, without what is before the last three digits: `400`. */
  readonly mode: string;
  /** `user:group` */
  readonly owner: string;
}

/** What a host says of its docker engine. */
export interface EngineFacts {
  readonly isRoot: boolean;
  readonly hostname: string;
  /** Its own of IPv4, where engines listen, but for loopback and networks of containers. */
  readonly addresses: readonly string[];
  readonly init: Init;
  /** Programs that are there: `dockerd`, `openssl`. */
  readonly programs: readonly string[];
  readonly daemonJson?: string;
  readonly dropIn?: string;
  /** As `systemctl show` has it. */
  readonly execStart: string;
  /** Lines that set DOCKER_OPTS. */
  readonly options: string;
  readonly containers: number;
  /** PEM of the certificate that the engine is to show. */
  readonly certificate?: string;
  readonly trusted?: string;
  readonly rights: readonly FileRights[];
  /** Addresses at which the engine answers at port 2375, to anybody. */
  readonly open: readonly string[];
}

/** The port that stands for an engine without TLS. */
export const PLAIN_PORT = 2375;

const WATCHED = [ENGINE_TLS.key, ENGINE_TLS.certificate, ENGINE_TLS.ca, DAEMON_JSON];

const FACTS = `say() { printf '%s %s\\n' "$1" "$2"; }
own=$(ip -o -4 addr show scope global 2> /dev/null | awk '$2 !~ /^(docker|br-|veth|cni|nomad|flannel)/ { sub("/.*", "", $4); print $4 }' || true)
say uid "$(id -u)"
say hostname "$(cat /proc/sys/kernel/hostname)"
for address in $own; do say address "$address"; done
if [ -d /run/systemd/system ]; then say init systemd
elif [ -x /etc/init.d/docker ] && command -v service > /dev/null; then say init sysv
else say init none
fi
for program in dockerd openssl; do if command -v "$program" > /dev/null; then say program "$program"; fi; done
file() { if [ -e "$2" ]; then say "$1" "=$(base64 -w0 < "$2")"; fi; }
file daemon-json ${DAEMON_JSON}
file drop-in ${DROP_IN}
file certificate ${ENGINE_TLS.certificate}
file trusted ${ENGINE_TLS.ca}
if [ -d /run/systemd/system ]; then say exec-start "$(systemctl show docker --property ExecStart 2> /dev/null || true)"; fi
say options "$(grep -E '^[^#]*DOCKER_OPTS=' ${DEFAULTS_FILE} 2> /dev/null | tr '\\n' ' ' || true)"
say containers "$(timeout 10 env -u DOCKER_HOST -u DOCKER_CONTEXT docker -H unix:///var/run/docker.sock ps -q 2> /dev/null | wc -l || true)"
for path in ${WATCHED.join(' ')}; do
  if [ -e "$path" ]; then say rights "$(stat -c '%a %U:%G %n' "$path")"; fi
done
for address in 127.0.0.1 $own; do
  if timeout 2 bash -c 'exec 3<> "/dev/tcp/$1/${PLAIN_PORT}"; printf "GET /version HTTP/1.0\\r\\n\\r\\n" >&3; head -c 4096 <&3' - "$address" 2> /dev/null | grep -q '"ApiVersion"'; then
    say open "$address"
  fi
done`;

/** Asks a host. @throws what the shell throws; OutcomeError `docker-facts-torn` when it says something else */
export async function engineFacts(shell: HostShell, name: string): Promise<EngineFacts> {
  const said = await shell.run('looking at docker', FACTS);
  const lines = said.split('\n').map((line) => /^(\S+) (.*)$/.exec(line));
  const all = (word: string): string[] => lines.flatMap((line) => (line?.[1] === word && line[2] ? [line[2].trim()] : []));
  const one = (word: string): string => all(word)[0] ?? '';
  const file = (word: string): string | undefined => {
    const found = all(word)[0];
    return found === undefined ? undefined : Buffer.from(found.slice(1), 'base64').toString();
  };
  if (one('hostname') === '')
    throw new OutcomeError(`${name} does not say what docker it has`, {
      code: 'docker-facts-torn',
      why: said.split('\n').slice(-5),
      next: nomadctl`docker tls check --verbose`,
    });
  const [daemonJson, dropIn, certificate, trusted] = ['daemon-json', 'drop-in', 'certificate', 'trusted'].map(file);
  return {
    isRoot: one('uid') === '0',
    hostname: one('hostname'),
    addresses: [...new Set(all('address'))],
    init: one('init') as Init,
    programs: all('program'),
    ...(daemonJson === undefined ? {} : { daemonJson }),
    ...(dropIn === undefined ? {} : { dropIn }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(trusted === undefined ? {} : { trusted }),
    execStart: one('exec-start'),
    options: one('options'),
    containers: Number(one('containers')) || 0,
    rights: all('rights').flatMap((text) => {
      const [, mode, owner, path] = /^(\d+) (\S+) (.+)$/.exec(text) ?? [];
      return mode && owner && path ? [{ mode, owner, path }] : [];
    }),
    open: all('open'),
  };
}
