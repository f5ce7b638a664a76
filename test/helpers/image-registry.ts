import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { makeTar, type TarEntry } from '../../packages/ucloud-emulator/src/machines/tar.js';
import { tempHome } from './temp-home.js';

/** A registry of images of the running test's own (Debian's `docker-registry`), as people run one beside their clusters. */
export interface ImageRegistry {
  readonly url: string;
  /** What it wrote: a line for each request. */
  log(): string;
  /** Puts an image of one layer there. https://distribution.github.io/distribution/spec/api/ */
  publish(name: string, tag: string, files: readonly TarEntry[]): Promise<void>;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

export async function imageRegistry(program: string, host = '127.0.0.1'): Promise<ImageRegistry> {
  const home = await tempHome();
  const config = join(home, 'registry.json');
  // JSON is YAML.
  const settings = { version: 0.1, storage: { filesystem: { rootdirectory: join(home, 'data') } }, http: { addr: `${host}:0` } };
  await writeFile(config, JSON.stringify(settings));
  const child = spawn(program, ['serve', config], { stdio: ['ignore', 'pipe', 'pipe'], env: { OTEL_TRACES_EXPORTER: 'none' } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const port = await new Promise<string>((resolve, reject) => {
    child.once('error', reject).once('exit', (code) => reject(new Error(`the registry ended with ${code}: ${lines.join('\n')}`)));
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        const [, found] = /listening on \S+:(\d+)/.exec(line) ?? [];
        if (found) resolve(found);
      });
  });
  const url = `http://${host}:${port}`;
  return { url, log: () => lines.join('\n'), publish: (name, tag, files) => publish(`${url}/v2/${name}`, tag, files) };
}

async function publish(repository: string, tag: string, files: readonly TarEntry[]): Promise<void> {
  const layer = makeTar(files);
  const packed = gzipSync(layer);
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(layer)] } }),
  );
  for (const blob of [packed, config]) {
    const begun = await accepted(fetch(`${repository}/blobs/uploads/`, { method: 'POST' }));
    const location = new URL(begun.headers.get('location') ?? '', repository);
    location.searchParams.set('digest', digestOf(blob));
    await accepted(fetch(location, { method: 'PUT', body: blob, headers: { 'content-type': 'application/octet-stream' } }));
  }
  const part = (mediaType: string, blob: Buffer) => ({ mediaType, size: blob.length, digest: digestOf(blob) });
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: part('application/vnd.docker.container.image.v1+json', config),
    layers: [part('application/vnd.docker.image.rootfs.diff.tar.gzip', packed)],
  };
  const headers = { 'content-type': MANIFEST };
  await accepted(fetch(`${repository}/manifests/${tag}`, { method: 'PUT', headers, body: JSON.stringify(manifest) }));
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function accepted(answer: Promise<Response>): Promise<Response> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}
