import { expect, it } from 'vitest';
import { introduceClients, introductionFile } from '../../../../src/security/introduction/introduce-clients.js';
import { reach } from '../../../../src/cluster/reach.js';
import { nodeDouble } from '../../../helpers/agent-double.js';
import { openAll } from '../../../helpers/secret-values.js';
import { createTestContext } from '../../../helpers/test-context.js';

it('makes a token for each client under its own name, and pushes it to that one', async () => {
  const { redact, signal } = await createTestContext();
  const server = await nodeDouble({ name: 'server-1', nomad: 'server' });
  server.nomad['PUT /v1/acl/identity/client-introduction-token'] = { JWT: 'header.claims.signature' };
  const pushed: Record<string, string> = {};
  const push = async (node: string, token: Parameters<typeof openAll>[0][string]): Promise<void> =>
    void (pushed[node] = openAll({ token })['token'] ?? '');
  const cluster = reach([server.node], {});
  await introduceClients({ cluster, clients: ['client-1', 'client-2'], push }, { redact, signal });
  expect(pushed).toEqual({ 'client-1': 'header.claims.signature', 'client-2': 'header.claims.signature' });
  expect(server.bodies).toEqual([
    { NodeName: 'client-1', TTL: '600000ms' },
    { NodeName: 'client-2', TTL: '600000ms' },
  ]);
  expect(redact('header.claims.signature')).toBe('[redacted]');
  expect(introductionFile('/data')).toBe('/data/client/intro_token.jwt');
  await introduceClients({ cluster, clients: [], push }, { redact, signal });
  expect(server.bodies).toHaveLength(2);
});
