import { execFile, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isTerminal } from '../../../src/cli/standard-streams.js';
import { buildFixture, type BuiltFixture } from '../../helpers/build-fixture.js';

const run = promisify(execFile);
let fixture: BuiltFixture;

beforeAll(async () => {
  fixture = await buildFixture('print-results');
});

afterAll(() => fixture.remove());

/** Runs it in a shell, as `$1` of Node's, with standard output as `rest` says. */
async function printed(rest: string, pieces: number, bytes: number) {
  const script = `"$0" "$1" ${pieces} ${bytes} ${rest}`;
  return run('/bin/bash', ['-c', script, process.execPath, fixture.path], { maxBuffer: 16 * 1024 * 1024 });
}

function numbers(text: string): number[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseInt(line, 10)]));
}

const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

test('a short result is written without opening a stream', async () => {
  const { stdout, stderr } = await printed('| cat', 3, 10);
  expect(stdout).toBe('0........\n1........\n2........\n');
  expect(JSON.parse(stderr)).toEqual({ problems: [], opened: false });
});

test('a long one arrives whole and in order, however slow its reader', async () => {
  const { stdout, stderr } = await printed('| (sleep 0.5; cat)', 100, 10_000);
  expect(stdout.length).toBe(1_000_000);
  expect(numbers(stdout)).toEqual(all(100));
  expect(JSON.parse(stderr)).toEqual({ problems: [], opened: true });
});

test('one piece that is too long for the pipe arrives whole', async () => {
  const { stdout } = await printed('| (sleep 0.3; cat)', 1, 300_000);
  expect(stdout.length).toBe(300_000);
});

test('what fits waits for its reader in a pipe that is full of something else', async () => {
  const script = '(head -c 65536 /dev/zero | tr "\\0" x; "$0" "$1" 3 10) | (sleep 0.3; cat)';
  const { stdout } = await run('/bin/bash', ['-c', script, process.execPath, fixture.path]);
  expect(numbers(stdout.replace(/^x+/, ''))).toEqual(all(3));
});

test('the socket of a program that started us takes it, too', async () => {
  const child = spawn(process.execPath, [fixture.path, '100', '10000'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) text += String(chunk);
  expect(numbers(text)).toEqual(all(100));
});

test('a reader who left is told', async () => {
  const { stderr } = await printed('| true; sleep 0.2', 200, 1000).catch((error: { stderr: string }) => error);
  expect(JSON.parse(stderr)).toMatchObject({ problems: ['EPIPE'] });
});

test.skipIf(!existsSync('/dev/full'))('a full disk is told', async () => {
  expect(JSON.parse((await printed('>/dev/full', 2, 10)).stderr)).toEqual({ problems: ['ENOSPC'], opened: false });
});

test.skipIf(!existsSync('/dev/ptmx')).each([
  ['/dev/null', false],
  [process.execPath, false],
  ['/dev/ptmx', true],
])('whether %s is a terminal: %s', (path, is) => {
  const fd = openSync(path, 'r');
  try {
    expect(isTerminal(fd)).toBe(is);
  } finally {
    closeSync(fd);
  }
});

test('what was closed is no terminal', () => {
  expect(isTerminal(999)).toBe(false);
});
