import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { openHostShell } from '../../../src/machines/host-shell.js';
import { secretOf } from '../../helpers/secret-values.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

const owner = `${execFileSync('id', ['-un'], { encoding: 'utf8' }).trim()}:${execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim()}`;

/** A shell on this computer, by a program in ssh's place: what it was called with is in `argv`. */
async function scene(ssh = 'exec bash -s', timeoutMs = 20_000) {
  const home = await tempHome();
  writeFileSync(join(home, 'ssh'), `#!/bin/bash\nprintf '%s\\n' "$@" > ${home}/argv\n${ssh}\n`);
  chmodSync(join(home, 'ssh'), 0o755);
  const ctx = await createTestContext({ env: { PATH: [home, process.env['PATH']].join(delimiter) } });
  const shell = await openHostShell({ name: 'client-1', config: '/ssh/config', ctx, timeoutMs });
  onTestFinished(() => shell.close());
  return { home, shell, argv: () => readFileSync(join(home, 'argv'), 'utf8') };
}

test('scripts run one after the other, in one connection, and what they write comes back', async () => {
  const { shell, argv } = await scene();
  expect(await shell.run('asking', 'echo one; echo two >&2')).toBe('one\ntwo');
  expect(await shell.run('asking', 'cat; echo "no input"; printf unfinished')).toBe('no input\nunfinished');
  expect(argv()).toBe(['-F', '/ssh/config', '-T', '-o', 'BatchMode=yes', 'client-1', '--', 'exec bash -s', ''].join('\n'));
});

test('a script that fails is told by its last lines, and the shell goes on', async () => {
  const { shell } = await scene();
  const error = await thrown(() => shell.run('counting', 'seq 40\nfalse\necho never'));
  expect(error).toMatchObject({ message: 'counting failed on client-1', code: 'host-script-failed', next: 'nomadctl ssh client-1' });
  expect(error.why).toEqual([...Array.from({ length: 12 }, (_, index) => String(29 + index)), '(it exited with 1)']);
  expect(await shell.run('asking', 'echo there')).toBe('there');
});

test("a file is whole, its owner's, and in no argument", async () => {
  const { home, shell, argv } = await scene();
  const path = join(home, "o'clock.json");
  const file = { path, mode: '0640', owner, content: { token: secretOf('very-secret'), text: "don't $(touch /tmp/x) `x`\nä\n" } };
  expect(await shell.put(file)).toBe(true);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ token: 'very-secret', text: "don't $(touch /tmp/x) `x`\nä\n" });
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(await shell.put(file)).toBe(false);
  chmodSync(path, 0o644);
  expect(await shell.put(file)).toBe(true);
  expect(await shell.put({ ...file, content: 'text\n' })).toBe(true);
  expect(readFileSync(path, 'utf8')).toBe('text\n');
  expect(existsSync(`${path}.nomadctl-new`)).toBe(false);
  expect(argv()).not.toContain('secret');
});

test('a file that cannot be written is not taken for commands', async () => {
  const { home, shell } = await scene();
  const content = `touch ${home}/taken\n`.repeat(5000);
  const error = await thrown(() => shell.put({ path: join(home, 'none/file'), mode: '0600', owner, content }));
  expect(error).toMatchObject({ message: `writing ${home}/none/file failed on client-1`, code: 'host-script-failed' });
  expect(existsSync(join(home, 'taken'))).toBe(false);
});

test('a connection that ends in the middle of a file leaves the one that was there', async () => {
  const { home, shell } = await scene('head -c 2000 | bash -s');
  const path = join(home, 'file');
  writeFileSync(path, 'before');
  await thrown(() => shell.put({ path, mode: '0600', owner, content: 'x'.repeat(5000) }));
  expect(readFileSync(path, 'utf8')).toBe('before');
});

test.each([
  ['Connection timed out', 'ssh: connect to host 203.0.113.1 port 22: Connection timed out', 'host-silent', /does not answer/],
  ['Permission denied', 'root@203.0.113.1: Permission denied (publickey).', 'host-refused', /does not let nomadctl in/],
  [
    'another key',
    '@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nIT IS POSSIBLE\nHost key verification failed.',
    'host-key-changed',
    /another SSH key/,
  ],
])('what ssh says is told apart: %s', async (_, said, code, message) => {
  const { shell } = await scene(`cat <<'END' >&2\n${said}\nEND\nexit 255`);
  const error = await thrown(() => shell.run('asking', 'true'));
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  expect(error.why.join('\n')).toContain(said.split('\n').at(-1));
  expect(error.next).toBeDefined();
});

test('a script that does not end is ended', async () => {
  const { shell } = await scene('exec bash -s', 300);
  expect(await thrown(() => shell.run('sleeping', 'sleep 60'))).toMatchObject({
    message: expect.stringContaining('sleeping on client-1: not within') as string,
    code: 'host-timeout',
  });
});
