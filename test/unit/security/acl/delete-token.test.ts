import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { AgentEndpoint } from '../../../../src/clients/agent-endpoint.js';
import { Secret } from '../../../../packages/base/src/secret/secret.js';
import { createRedactor } from '../../../../packages/base/src/redact.js';
import { deleteConsulToken, deleteNomadToken } from '../../../../src/security/acl/delete-token.js';
import { quickRolling } from '../../../helpers/fake-fleet.js';
import { thrown } from '../../../helpers/thrown.js';

const redact = createRedactor();
const secret = (value: string): Secret => new Secret(value, redact);

/** A server that knows its tokens from the so-manieth question on, and until then refuses every one of them. */
async function startedServer(knowsFrom: number) {
  const accessors: Record<string, string> = { management: 'management-accessor', old: 'old-accessor' };
  const deleted: string[] = [];
  let questions = 0;
  const server = createServer((request, response) => {
    questions += 1;
    const token = String(request.headers['x-nomad-token'] ?? request.headers['x-consul-token']);
    const accessor = questions < knowsFrom ? undefined : accessors[token];
    if (accessor === undefined)
      return void response.writeHead(403).end(request.headers['x-nomad-token'] ? 'Permission denied' : 'ACL not found');
    if (request.method === 'DELETE') {
      deleted.push(request.url ?? '');
      delete accessors['old'];
    }
    response.end(JSON.stringify({ AccessorID: accessor }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { endpoint: { url, token: secret('management') } as AgentEndpoint, deleted };
}

it.each([
  ['Nomad', deleteNomadToken],
  ['Consul', deleteConsulToken],
])('a server of %s that has yet to read its log is not believed that a token is gone', async (_, remove) => {
  const { endpoint, deleted } = await startedServer(4);
  await remove(endpoint, secret('old'), quickRolling());
  expect(deleted).toEqual([expect.stringMatching(/\/v1\/acl\/token\/old-accessor$/)]);
  await remove(endpoint, secret('old'), quickRolling());
  expect(deleted).toHaveLength(1);
});

it('one that never knows the management token is named', async () => {
  const { endpoint, deleted } = await startedServer(Infinity);
  expect(await thrown(() => deleteNomadToken(endpoint, secret('old'), quickRolling()))).toMatchObject({
    code: 'wait-timeout',
    message: expect.stringMatching(/^Nomad to know the management token: not within /),
  });
  expect(deleted).toEqual([]);
});
