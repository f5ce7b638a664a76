import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildFixture, type BuiltFixture } from '../../helpers/build-fixture.js';

let fixture: BuiltFixture;

beforeAll(async () => {
  fixture = await buildFixture('slow-step');
});

afterAll(() => fixture.remove());

/** Sends each signal once the program has said what is expected before it. */
async function signalled(stopsAfterMs: number, sequence: readonly (readonly [after: string, signal: NodeJS.Signals])[]) {
  const child = spawn(process.execPath, [fixture.path, String(stopsAfterMs)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  let next = 0;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    const due = sequence[next];
    if (due && said.includes(due[0])) {
      next++;
      child.kill(due[1]);
    }
  });
  const [code] = (await ended) as [number | null];
  return { code, said };
}

describe('signals while a step stops', () => {
  test('the first aborts, and what runs may finish', async () => {
    const { code, said } = await signalled(50, [['running', 'SIGTERM']]);
    expect(said).toBe('running\naborted: a request to end (SIGTERM)\nstopped cleanly\n');
    expect(code).toBe(0);
  });

  test('the second Ctrl-C says what is being waited for', async () => {
    const { code, said } = await signalled(500, [
      ['running', 'SIGINT'],
      ['aborted', 'SIGINT'],
    ]);
    expect(said).toContain(
      'aborted: Ctrl-C\nStill waiting for: Destroying the cluster. Once more ends nomadctl at once.\nstopped cleanly\n',
    );
    expect(code).toBe(0);
  });

  test('the third ends at once', async () => {
    const { code, said } = await signalled(60_000, [
      ['running', 'SIGINT'],
      ['aborted', 'SIGINT'],
      ['Still waiting', 'SIGINT'],
    ]);
    expect(said).not.toContain('stopped cleanly');
    expect(code).toBe(130);
  });

  test('a terminal that closes is one signal, however many follow', async () => {
    const { code, said } = await signalled(300, [
      ['running', 'SIGHUP'],
      ['aborted', 'SIGTERM'],
    ]);
    expect(said).toBe('running\naborted: the terminal was closed (SIGHUP)\nstopped cleanly\n');
    expect(code).toBe(0);
  });
});
