import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const HOST = fileURLToPath(new URL('../fixtures/network-host.mjs', import.meta.url));

/** A network beyond this computer, of the running test's own: a namespace in which test/fixtures/network-host.mjs runs. Takes root. */
export function outsideWorld(): { readonly near: string; readonly far: string } {
  const word = randomBytes(3);
  const name = `nct${word.toString('hex')}`;
  // Of the range for benchmarks (RFC 2544), where nobody is.
  const network = `198.19.${word[0]}.${(word[1] ?? 0) & 252}`;
  const [near, far] = [1, 2].map((last) => network.replace(/\d+$/, (base) => String(Number(base) + last))) as [string, string];
  const ip = (line: string): void => void execFileSync('ip', line.split(' '));
  ip(`netns add ${name}`);
  onTestFinished(() => ip(`netns del ${name}`));
  ip(`link add ${name} type veth peer name far netns ${name}`);
  ip(`addr add ${near}/30 dev ${name}`);
  ip(`link set ${name} up`);
  ip(`-n ${name} addr add ${far}/30 dev far`);
  ip(`-n ${name} link set far up`);
  ip(`-n ${name} link set lo up`);
  const host = spawn('ip', ['netns', 'exec', name, process.execPath, HOST], { stdio: 'ignore' });
  onTestFinished(() => void host.kill());
  return { near, far };
}
