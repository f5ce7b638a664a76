import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { execIn } from './machines-cloud.js';
import type { Pings } from './ping-redis.js';

/** A line for each ping: `ok <sent> <answered>` or `failed <sent>`, in milliseconds since the epoch. */
const PINGING = `ends=$(mktemp -u) && echo "$ends" > /run/pinging
now() { date +%s%3N; }
port=$0
placed() {
  for task in $(grep -lzx NOMAD_GROUP_NAME=web /proc/[0-9]*/environ 2> /dev/null); do
    tr '\\0' '\\n' < "$task" 2> /dev/null | sed -n 's/^NOMAD_PORT_redis=//p'
  done | tail -n 1
}
while [ ! -e "$ends" ]; do
  sent=$(now)
  said=$( (exec 3<> "/dev/tcp/127.0.0.1/$port" && printf 'PING\\r\\n' >&3 && read -r -t 3 line <&3 && echo "$line") 2> /dev/null)
  case $said in +PONG*) echo "ok $sent $(now)" ;; *) echo "failed $sent"; port=$(placed); port=\${port:-$0} ;; esac
  sleep 0.1
done`;

/**
 * The same as `pingRedis` on a host of an emulated cloud, where redis is reached at a port of loopback: that of the group web,
 * also where another allocation has another one.
 */
export async function pingOnHost(container: string, port: number): Promise<{ end(): Promise<Pings> }> {
  const pinging = spawn('docker', ['exec', container, 'bash', '-c', PINGING, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said, ended] = [text(pinging.stdout), once(pinging, 'exit')];
  return {
    async end() {
      await execIn(container, 'bash', '-c', 'touch "$(cat /run/pinging)"');
      await ended;
      const pings = (await said).trim().split('\n');
      const answered = pings.flatMap((line) => /^ok \d+ (\d+)$/.exec(line)?.[1] ?? []).map(Number);
      const failed = pings.flatMap((line) => /^failed (\d+)$/.exec(line)?.[1] ?? []);
      const gaps = answered.slice(1).map((at, index) => at - (answered[index] ?? at));
      return {
        sent: pings.length,
        failed: failed.map((at) => new Date(Number(at)).toISOString().slice(11, 23)),
        gapMs: Math.max(0, ...gaps),
      };
    },
  };
}
