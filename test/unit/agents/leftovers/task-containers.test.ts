import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { removeContainersUnder } from '../../../../src/agents/leftovers/task-containers.js';
import { tempHome } from '../../../helpers/temp-home.js';

const mounted = (Id: string, ...sources: string[]): object => ({ Id, Mounts: sources.map((Source) => ({ Type: 'bind', Source })) });

test('containers of allocations below a folder are removed, and nobody else’s', async () => {
  const { socket, removed } = await engineWith([
    mounted('ours', '/srv/data', '/home/agents/client-1/alloc/1/local'),
    mounted('neighbour', '/home/agents-too/client-1/alloc/2/local'),
    mounted('gone', '/home/agents/client-2/alloc/3/local'),
    { Id: 'odd', Mounts: [{ Type: 'tmpfs' }] },
  ]);
  expect(await removeContainersUnder('/home/agents', socket)).toBe(2);
  expect(removed.toSorted()).toEqual(['gone', 'ours']);
});

test('an engine that will not remove one says why', async () => {
  const { socket } = await engineWith([mounted('stuck', '/home/agents/a/b')]);
  await expect(removeContainersUnder('/home/agents', socket)).rejects.toMatchObject({
    code: 'task-container-stays',
    why: [expect.stringContaining('device or resource busy')],
    next: 'docker rm -f stuck',
  });
});

test('without an engine there are none', async () => {
  expect(await removeContainersUnder('/home/agents', join(await tempHome(), 'none.sock'))).toBe(0);
});

test('an engine that does not answer the question is not taken for one without containers', async () => {
  const socket = join(await tempHome(), 'engine.sock');
  const server = createServer((_, response) => response.writeHead(500).end('{"message":"database is locked"}'));
  onTestFinished(() => void server.close());
  await once(server.listen(socket), 'listening');
  await expect(removeContainersUnder('/home/agents', socket)).rejects.toMatchObject({
    code: 'task-containers-unknown',
    why: [expect.stringContaining('database is locked')],
  });
});

/** Answers as Docker's API does: `gone` has gone in the meantime, `stuck` can not be removed. */
async function engineWith(containers: readonly object[]): Promise<{ socket: string; removed: string[] }> {
  const socket = join(await tempHome(), 'engine.sock');
  const removed: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://docker');
    if (request.method === 'GET') {
      const asked = searchParams.get('all') === 'true' && searchParams.get('filters')?.includes('com.hashicorp.nomad.alloc_id');
      response.end(JSON.stringify(asked ? containers : []));
      return;
    }
    const id = pathname.split('/').at(-1) ?? '';
    removed.push(id);
    response.writeHead(id === 'gone' ? 404 : id === 'stuck' ? 500 : 204);
    response.end(id === 'stuck' ? '{"message":"device or resource busy"}' : undefined);
  });
  onTestFinished(() => void server.close());
  await once(server.listen(socket), 'listening');
  return { socket, removed };
}
