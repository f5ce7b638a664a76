import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connectEngine, EngineError, type DockerEngine } from '../../packages/ucloud-emulator/src/machines/engine.js';

/** Every container, network and image of the tests carries it, with the test's own word. */
export const TEST_LABEL = 'nomadctl.test';

/** The engine of this computer, or nothing: the test is then skipped by name, or fails where `NOMADCTL_REQUIRE` names docker. */
export async function dockerEngine(): Promise<DockerEngine | undefined> {
  const engine = connectEngine(process.env['DOCKER_HOST'] || undefined);
  try {
    await engine.call({ path: '/info' });
    return engine;
  } catch (error) {
    engine.close();
    const isRequired = (process.env['NOMADCTL_REQUIRE'] ?? '').split(',').some((word) => word.trim() === 'docker');
    if (isRequired || !(error instanceof EngineError)) throw error;
    return undefined;
  }
}

/** Subnets that no other test has, in a range that homes, offices and clouds seldom use. */
export function freeSubnets(count: number): string[] {
  const start = randomBytes(2).readUInt16BE() % (2 ** 14 - count);
  return Array.from({ length: count }, (_, index) => {
    const number = start + index;
    return `10.${192 + (number >> 8)}.${number & 255}.0/24`;
  });
}

/** Makes an image of a folder. No registry is asked for anything. */
export async function importFolder(engine: DockerEngine, folder: string, image: string): Promise<void> {
  const [repo, tag] = image.split(':');
  const tar = execFileSync('tar', ['-C', folder, '--owner=0', '--group=0', '-c', '.'], { maxBuffer: 2 ** 30 });
  const progress = await engine.stream({
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo, tag, changes: `LABEL ${TEST_LABEL}=${tag}` },
    tar,
  });
  // It is there when the answer ends.
  for await (const line of progress) if (String(line).includes('"error"')) throw new Error(String(line));
}
