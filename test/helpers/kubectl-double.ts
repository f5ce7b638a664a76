import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../src/context.js';
import type { Exec, RunOptions, RunResult } from '../../src/tools/exec.js';
import { tempHome } from './temp-home.js';
import { createTestContext } from './test-context.js';

export interface KubectlCall {
  /** Without context and namespace. */
  readonly words: string;
  readonly stdin: string | undefined;
}

export interface KubectlDouble {
  readonly ctx: Context & Awaited<ReturnType<typeof createTestContext>>;
  readonly calls: readonly KubectlCall[];
}

/** What it answers to the first words that fit: an object, text on standard error with exit code 1, or nothing at all. */
export type KubectlAnswers = Readonly<Record<string, object | string>>;

/** A kubectl that answers by its words; unknown ones are answered with nothing. What it is watched for comes from `watched`, by kind. */
export async function kubectlDouble(
  answers: KubectlAnswers = {},
  { watched = {}, overrides = {} }: { watched?: Readonly<Record<string, readonly object[]>>; overrides?: Partial<Context> } = {},
): Promise<KubectlDouble> {
  const folder = await tempHome();
  await writeFile(join(folder, 'kubectl'), '#!/bin/sh\n');
  await chmod(join(folder, 'kubectl'), 0o755);
  const calls: KubectlCall[] = [];
  const run = async (_: string, argv: readonly string[], options: RunOptions = {}): Promise<RunResult> => {
    const words = argv.join(' ').replace(/^--context \S+ --namespace \S+ /, '');
    calls.push({ words, stdin: options.stdin });
    if (words.startsWith('config view')) return { exitCode: 0, stdout: 'tools', stderr: '' };
    const answer = Object.entries(answers).find(([begin]) => words.startsWith(begin))?.[1] ?? {};
    if (typeof answer === 'string') return { exitCode: 1, stdout: '', stderr: answer };
    return { exitCode: 0, stdout: Object.keys(answer).length === 0 ? '' : JSON.stringify(answer), stderr: '' };
  };
  const converse: Exec['converse'] = async (_, argv, { signal }) => {
    const kind = argv[argv.indexOf('get') + 1] ?? '';
    const lines = (watched[kind] ?? []).flatMap((one) => JSON.stringify(one, null, 4).split('\n'));
    const silence = new Promise<never>((_resolve, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
    );
    silence.catch(() => undefined);
    return {
      say: () => undefined,
      nextLine: async () => lines.shift() ?? silence,
      hangUp: () => undefined,
      end: () => undefined,
      ended: Promise.resolve({ exitCode: 0, stderr: '' }),
    };
  };
  const ctx = await createTestContext({ env: { PATH: folder }, overrides: { exec: { run, converse } as never, ...overrides } });
  return { ctx, calls };
}
