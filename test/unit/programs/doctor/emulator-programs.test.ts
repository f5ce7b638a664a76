import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emulatorPrerequisites } from '../../../../src/programs/doctor/emulator-programs.js';
import { tempHome } from '../../../helpers/temp-home.js';
import { createTestContext } from '../../../helpers/test-context.js';

it.each([
  ['128', { ok: false, found: '128 instances, for about 16 hosts', fix: { command: 'sudo sysctl -w fs.inotify.max_user_instances=1024' } }],
  ['1024', { ok: true, found: '1024 instances, for about 128 hosts' }],
])('says for how many hosts %s inotify instances are', async (text, expected) => {
  const instancesFile = join(await tempHome(), 'max_user_instances');
  await writeFile(instancesFile, `${text}\n`);
  const found = await emulatorPrerequisites(await createTestContext(), { platform: 'linux', uid: 0, instancesFile });
  expect(found.find(({ id }) => id === 'emulator-inotify')).toMatchObject(expected);
  expect(await emulatorPrerequisites(await createTestContext(), { platform: 'darwin' })).toEqual([]);
});
