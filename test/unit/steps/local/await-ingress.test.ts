import { randomInt } from 'node:crypto';
import { createServer as createWeb, type Server as Web } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { LocalContext } from '../../../../src/agents/local-subject.js';
import { withExposure, withoutExposures } from '../../../../src/exposure/change-exposed.js';
import { nothingExposed, type Exposed, type Exposure } from '../../../../src/exposure/exposure.js';
import { ingressConfig } from '../../../../src/exposure/ingress-config.js';
import { STATUS_PORT, versionOf } from '../../../../src/exposure/ingress-identity.js';
import { awaitIngressStep } from '../../../../src/steps/local/await-ingress.js';
import { createTestContext } from '../../../helpers/test-context.js';

const io = { line: () => undefined, log: () => undefined };

async function listening<S extends Server | Web>(server: S, host: string, port: number): Promise<S> {
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  onTestFinished(() => void server.close());
  return server;
}

/** What the ingress answers at its own port. */
const ingress = (host: string, version: () => string) =>
  listening(
    createWeb((request, response) => void response.writeHead(request.url === '/-/ingress-version' ? 200 : 404).end(`${version()}\n`)),
    host,
    STATUS_PORT,
  );

test('the ingress has to say itself that it serves what is exposed: others may listen there, or it may have something else', async () => {
  // An address of its own, as each client has: the port is always the same.
  const host = `127.201.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const stranger = await listening(
    createServer((socket) => socket.destroy()),
    host,
    0,
  );
  const web: Exposure = {
    ...{ job: 'web', namespace: 'default', port: 'http', service: 'web', reach: 'here', protocol: 'tcp' },
    listen: (stranger.address() as AddressInfo).port,
  };
  const ctx = await createTestContext();
  const nodes = [{ role: 'server' }, { role: 'client' }].map((node) => ({ ...node, name: `${node.role}-1`, address: host }));
  const at = (exposed: Exposed) => ({ ...ctx, state: { nodes, exposed } }) as unknown as LocalContext<'nodes'>;
  const exposed = withExposure(nothingExposed, web);
  const known = { ...exposed, addresses: { here: host } };
  // Of a run that ended before it could write the address down.
  expect(await awaitIngressStep.isDone?.(at(exposed))).toEqual({ done: false, because: 'its address changes' });
  expect(await awaitIngressStep.isDone?.(at(known))).toEqual({ done: false, because: 'the ingress of client-1 does not answer' });

  let version = versionOf(ingressConfig(nothingExposed));
  await ingress(host, () => version);
  expect(await awaitIngressStep.isDone?.(at(known))).toEqual({
    done: false,
    because: `who listens on client-1 does not serve it: somebody is at ${host}:${web.listen}`,
  });
  version = versionOf(ingressConfig(exposed));
  expect(await awaitIngressStep.run(at(exposed), io)).toEqual({ state: { exposed: known } });
  expect(await awaitIngressStep.isDone?.(at(known))).toEqual({ done: true });
  version = versionOf(ingressConfig(exposed), 'again');
  expect(await awaitIngressStep.isDone?.(at(known))).toEqual({ done: true });
  expect(await awaitIngressStep.isDone?.(at(withoutExposures(known, [web])))).toEqual({ done: true });
});
