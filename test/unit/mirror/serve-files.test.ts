import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished, expect, test } from 'vitest';
import { serveFiles } from '../../../src/mirror/serve-files.js';
import { tempHome } from '../../helpers/temp-home.js';
import { thrown } from '../../helpers/thrown.js';

async function mirror(): Promise<{ readonly url: string; readonly port: number; readonly seen: string[] }> {
  const root = join(await tempHome(), 'mirror');
  await mkdir(join(root, 'consul'), { recursive: true });
  await writeFile(join(root, 'consul', 'a.zip'), '0123456789');
  await writeFile(join(root, 'consul', 'b.zip.part'), 'half');
  await writeFile(join(root, 'empty'), '');
  await writeFile(join(root, '.hidden'), 'hidden');
  await writeFile(join(root, '..', 'outside'), 'outside');
  const seen: string[] = [];
  const server = await serveFiles({ root, host: '127.0.0.1', port: 0, onRequest: (line) => seen.push(line) });
  onTestFinished(() => server.close());
  return { url: `http://127.0.0.1:${server.port}`, port: server.port, seen };
}

test('whole files, their heads, and parts of them', async () => {
  const { url, seen } = await mirror();
  const file = `${url}/consul/a.zip`;
  expect(await (await fetch(file)).text()).toBe('0123456789');
  const head = await fetch(file, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length'), head.headers.get('accept-ranges'), await head.text()]).toEqual([
    200,
    '10',
    'bytes',
    '',
  ]);
  const part = async (range: string) => {
    const answer = await fetch(file, { headers: { range } });
    return [answer.status, answer.headers.get('content-range'), await answer.text()];
  };
  expect(await part('bytes=4-')).toEqual([206, 'bytes 4-9/10', '456789']);
  expect(await part('bytes=2-3')).toEqual([206, 'bytes 2-3/10', '23']);
  expect(await part('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89']);
  expect(await part('bytes=8-100')).toEqual([206, 'bytes 8-9/10', '89']);
  expect(await part('bytes=10-')).toEqual([416, 'bytes */10', '']);
  expect(await part('bytes=0-1,3-4')).toEqual([200, null, '0123456789']);
  expect(await (await fetch(`${url}/empty`)).text()).toBe('');
  expect(seen[0]).toBe('GET /consul/a.zip 200');
});

/** `fetch` tidies paths up before it sends them. */
function statusOf(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) =>
    request({ host: '127.0.0.1', port, path }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end(),
  );
}

test.each([
  '/../outside',
  '/consul/../../outside',
  '/%2e%2e/outside',
  '/.hidden',
  '/consul',
  '/',
  '/consul/b.zip.part',
  '/%',
  '/a%00b',
  '//etc/passwd',
  '/nothing',
])('%s is not served', async (path) => {
  const { port } = await mirror();
  expect(await statusOf(port, path)).toBe(404);
});

test('only reading is possible', async () => {
  const { url } = await mirror();
  expect((await fetch(`${url}/consul/a.zip`, { method: 'PUT', body: 'x' })).status).toBe(405);
});

test('a port that is taken says so', async () => {
  const { port } = await mirror();
  expect(await thrown(async () => serveFiles({ root: await tempHome(), host: '127.0.0.1', port }))).toMatchObject({
    code: 'port-taken',
    exitCode: 3,
  });
});

test('a link inside may lead out: whoever made the folder made it so', async () => {
  const home = await tempHome();
  await writeFile(join(home, 'big'), 'big');
  await mkdir(join(home, 'mirror'));
  await symlink(join(home, 'big'), join(home, 'mirror', 'link'));
  const server = await serveFiles({ root: join(home, 'mirror'), host: '127.0.0.1', port: 0 });
  onTestFinished(() => server.close());
  expect(await (await fetch(`http://127.0.0.1:${server.port}/link`)).text()).toBe('big');
});
