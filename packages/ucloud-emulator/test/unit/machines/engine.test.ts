import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectEngine, EngineError } from '../../../src/machines/engine.js';
import { requireEngine } from '../../../src/machines/require-engine.js';
import { engineDouble, type EngineRequest } from '../../helpers/engine-double.js';
import { tempHome } from '../../../../../test/helpers/temp-home.js';

function connect(address: string) {
  const engine = connectEngine(address);
  onTestFinished(() => engine.close());
  return engine;
}

test('sends queries and bodies as the API takes them, and reads its answers', async () => {
  const seen: EngineRequest[] = [];
  const engine = connect(await engineDouble((request) => (seen.push(request), { body: { Id: 'abc' } })));
  const query = { all: true, filters: { label: ['a=b c'] }, absent: undefined };
  expect(await engine.call({ method: 'POST', path: '/things', query, body: { Name: 'ü' } })).toEqual({ Id: 'abc' });
  expect(seen[0]).toMatchObject({ method: 'POST', path: '/things', body: '{"Name":"ü"}' });
  expect(Object.fromEntries(seen[0]?.query ?? [])).toEqual({ all: 'true', filters: '{"label":["a=b c"]}' });
});

test('a refusal has the status and the message of the engine', async () => {
  const engine = connect(await engineDouble(() => ({ status: 409, body: { message: 'name is in use' } })));
  await expect(engine.call({ path: '/x' })).rejects.toMatchObject({ status: 409, message: 'name is in use' });
  const proxy = connect(await engineDouble(() => ({ status: 502, body: '<html>bad gateway</html>' })));
  await expect(proxy.call({ path: '/x' })).rejects.toMatchObject({ status: 502, message: '<html>bad gateway</html>' });
});

test('what a program in a container wrote comes from frames of both streams', async () => {
  const frame = (stream: number, words: string): Buffer => {
    const header = Buffer.alloc(8);
    header.writeUInt8(stream);
    header.writeUInt32BE(Buffer.byteLength(words), 4);
    return Buffer.concat([header, Buffer.from(words)]);
  };
  const engine = connect(
    await engineDouble(({ path, body }) => {
      if (path === '/containers/host/exec') return { body: { Id: JSON.parse(body).Cmd.join('-') } };
      if (path.endsWith('/start')) return { body: Buffer.concat([frame(1, 'out '), frame(2, 'err '), frame(1, 'x'.repeat(100_000))]) };
      return { body: { ExitCode: 3 } };
    }),
  );
  const { exitCode, output } = await engine.exec('host', ['some', 'program']);
  expect([exitCode, output.slice(0, 10), output.length]).toEqual([3, 'out err xx', 64 * 1024]);
});

test('no engine: what to install, or whom to ask for the right', async () => {
  const address = `unix://${join(await tempHome(), 'none.sock')}`;
  await expect(connectEngine(address).call({ path: '/info' })).rejects.toMatchObject({ status: 0 });
  await expect(requireEngine(connectEngine(address))).rejects.toMatchObject({
    code: 'emulator-engine',
    exitCode: 3,
    message: `No container engine answers at ${address}, and hosts are containers`,
    next: 'sudo apt-get install docker.io, or nomadctl emulator --machines none',
  });
  expect(() => connectEngine('ssh://elsewhere')).toThrow(EngineError);
  const windows = await engineDouble(() => ({ body: { OSType: 'windows' } }));
  await expect(requireEngine(connectEngine(windows))).rejects.toThrow('runs no Linux containers');
});

test('an aborted call ends', async () => {
  const engine = connect(await engineDouble(() => ({ body: {} })));
  await expect(engine.call({ path: '/x', signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});
