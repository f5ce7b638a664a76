import { createServer, type AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { withExposure, withoutExposures } from '../../../../src/exposure/change-exposed.js';
import { nothingExposed, type Exposed, type Exposure } from '../../../../src/exposure/exposure.js';
import type { LocalContext } from '../../../../src/agents/local-subject.js';
import { awaitIngressStep } from '../../../../src/steps/local/await-ingress.js';
import { createTestContext } from '../../../helpers/test-context.js';

const io = { line: () => undefined, log: () => undefined };

test('the address of what is exposed is known as soon as an ingress listens there, and forgotten with it', async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const web: Exposure = {
    ...{ job: 'web', namespace: 'default', port: 'http', service: 'web', reach: 'here', protocol: 'http' },
    listen: (server.address() as AddressInfo).port,
  };
  const ctx = await createTestContext();
  const nodes = [{ role: 'server' }, { role: 'client' }].map((node) => ({ ...node, address: '127.0.0.1' }));
  const at = (exposed: Exposed) => ({ ...ctx, state: { nodes, exposed } }) as unknown as LocalContext<'nodes'>;
  const exposed = withExposure(nothingExposed, web);
  // Of a run that ended before it could write the address down.
  expect(await awaitIngressStep.isDone?.(at(exposed))).toEqual({ done: false, because: 'its address changes' });
  const known = { ...exposed, addresses: { here: '127.0.0.1' } };
  expect(await awaitIngressStep.run(at(exposed), io)).toEqual({ state: { exposed: known } });
  expect(await awaitIngressStep.isDone?.(at(known))).toEqual({ done: true });
  expect(await awaitIngressStep.isDone?.(at(withoutExposures(known, [web])))).toEqual({ done: true });
  await new Promise((resolve) => server.close(resolve));
  expect(await awaitIngressStep.isDone?.(at(known))).toEqual({ done: false, because: `nobody listens at 127.0.0.1:${web.listen}` });
});
