import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { connectEngine, type DockerEngine } from '../../packages/ucloud-emulator/src/machines/engine.js';
import { imageRegistry } from '../helpers/image-registry.js';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';

const dockerd = requireTool('dockerd') ?? '';
const registryProgram = requireTool('docker-registry') ?? '';
const able = dockerd !== '' && registryProgram !== '' && requireTool('unshare') !== undefined && process.getuid?.() === 0;
const SCRIPT = new URL('../../templates/packer/scripts/docker.sh', import.meta.url).pathname;

/** `/etc/docker/daemon.json` as a build writes it, by the script's own function, with an /etc that is nobody's. */
function daemonJson(registryMirrors: readonly string[]): string {
  const script = `mount -t tmpfs none /etc; eval "$(sed -n '/^write_registry_mirrors()/,/^}/p' "$0")"; write_registry_mirrors; cat /etc/docker/daemon.json`;
  const env = { PATH: process.env['PATH'], REGISTRY_MIRRORS: registryMirrors.join(' ') };
  return execFileSync('unshare', ['--mount', 'bash', '-euo', 'pipefail', '-c', script, SCRIPT], { env, encoding: 'utf8' });
}

/** A docker like a client's, beside the one of the tests: it has no network of its own and never starts anything. */
async function dockerOf(config: string): Promise<DockerEngine> {
  const home = await tempHome();
  const [file, socket] = [join(home, 'daemon.json'), join(home, 'docker.sock')];
  await writeFile(file, config);
  const child = spawn(
    dockerd,
    [
      ...['--config-file', file, '--host', `unix://${socket}`, '--pidfile', join(home, 'pid')],
      ...['--data-root', join(home, 'data'), '--exec-root', join(home, 'exec'), '--storage-driver', 'vfs'],
      ...['--bridge', 'none', '--iptables=false', '--ip6tables=false', '--log-level', 'warn'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said = text(child.stderr);
  const gone = once(child, 'exit');
  const engine = connectEngine(`unix://${socket}`);
  onTestFinished(async () => {
    engine.close();
    child.kill('SIGTERM');
    await gone;
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`dockerd ended with ${child.exitCode}: ${await said}`);
    const answers = await engine.call({ path: '/version' }).catch(() => undefined);
    if (answers) return engine;
    await delay(100);
  }
}

/** What it says in the end: the answer is 200 whatever comes of it. */
async function pull({ stream }: DockerEngine, image: string, tag: string): Promise<string> {
  return text(await stream({ method: 'POST', path: '/images/create', query: { fromImage: `docker.io/library/${image}`, tag } }));
}

test.skipIf(!able)("an image of Docker Hub's comes from the mirror of the settings, and what it has not is named", async () => {
  const registry = await imageRegistry(registryProgram);
  const tag = randomBytes(4).toString('hex');
  await registry.publish('library/redis', tag, [{ path: 'hello', content: 'from the mirror\n' }]);

  const engine = await dockerOf(daemonJson(['http://127.0.0.1:9', registry.url]));
  const { RegistryConfig } = await engine.call<{ RegistryConfig: { Mirrors: string[] } }>({ path: '/info' });
  expect(RegistryConfig.Mirrors).toEqual(['http://127.0.0.1:9/', `${registry.url}/`]);
  // The first mirror does not listen: docker goes on to the next one.
  expect(await pull(engine, 'redis', tag)).toContain(`Downloaded newer image for redis:${tag}`);
  expect(registry.log()).toContain(`/v2/library/redis/manifests/${tag}`);
  const { RepoTags } = await engine.call<{ RepoTags: string[] }>({ path: `/images/redis:${tag}/json` });
  expect(RepoTags).toEqual([`redis:${tag}`]);

  // Without the mirror it is not to be had: no test reaches Docker Hub, and nobody has put that tag there.
  const without = await dockerOf('{}');
  expect(await pull(without, 'redis', tag).catch((error: unknown) => String(error))).toMatch(/error/i);
  const nowhere = await pull(engine, 'redis', 'nowhere').catch((error: unknown) => String(error));
  expect(nowhere).toMatch(/error/i);
  expect(registry.log()).toContain('/v2/library/redis/manifests/nowhere');
});
