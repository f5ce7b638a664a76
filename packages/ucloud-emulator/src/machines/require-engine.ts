import { PrerequisiteError } from '@nomadctl/base/errors';
import { asRoot, hint, nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { isUnreachable } from './engine-failures.js';
import type { DockerEngine } from './engine.js';

/** @throws PrerequisiteError with what to install. */
export async function requireEngine(engine: DockerEngine): Promise<DockerEngine> {
  try {
    const { OSType } = await engine.call<{ OSType: string }>({ path: '/info', signal: AbortSignal.timeout(ANSWERS_MS) });
    if (OSType === 'linux') return engine;
  } catch (error) {
    engine.close();
    throw engineAbsent(engine.address, error);
  }
  engine.close();
  throw new PrerequisiteError(`The container engine at ${engine.address} runs no Linux containers`, {
    code: 'emulator-engine',
    next: nomadctl`emulator --machines none`,
  });
}

const ANSWERS_MS = 10_000;

export function engineAbsent(address: string, cause: unknown): PrerequisiteError {
  const denied = reasonOf(cause).includes('EACCES');
  return new PrerequisiteError(`No container engine answers at ${address}, and hosts are containers`, {
    code: 'emulator-engine',
    why: denied
      ? 'you may not use it: only root and the group "docker" may'
      : isUnreachable(cause)
        ? reasonOf(cause)
        : `it said: ${reasonOf(cause)}`,
    next: denied
      ? hint`${asRoot`usermod -aG docker`} "$USER", and log in again`
      : hint`${asRoot`apt-get install docker.io`}, or ${nomadctl`emulator --machines none`}`,
    cause,
  });
}
