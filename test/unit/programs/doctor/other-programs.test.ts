import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { otherProgramPrerequisites } from '../../../../src/programs/doctor/other-programs.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { createTestContext } from '../../../helpers/test-context.js';

/** A computer with docker's program, whose daemon does not answer, and with these ways to start one. */
async function dockerWith(...programs: readonly string[]) {
  const bin = await tempHome();
  const script = '#!/bin/sh\n[ "$1" = --version ] && echo "Docker version 20.10.24, build 1" && exit 0\nexit 1\n';
  for (const name of ['docker', ...programs]) writeFileSync(join(bin, name), script, { mode: 0o755 });
  const ctx = await createTestContext({ env: { PATH: bin } });
  return (await otherProgramPrerequisites(ctx)).find(({ id }) => id === 'docker');
}

it.each([
  [['systemctl', 'service', 'dockerd'], 'sudo systemctl start docker'],
  [['service', 'dockerd'], 'sudo service docker start'],
  [['dockerd'], 'sudo dockerd'],
  [[], 'start its daemon, or set DOCKER_HOST to one that runs'],
])('a docker without its daemon is started as this computer can: %j', async (programs, command) => {
  expect(await dockerWith(...programs)).toMatchObject({
    ok: false,
    found: expect.stringContaining('its daemon does not answer') as string,
    fix: { command },
  });
});
