import { X509Certificate } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRedactor } from '../../packages/base/src/redact.js';
import { certifiedNames } from '../../src/security/authority/certified-names.js';
import { issueAuthority, issueLeaf } from '../../src/security/authority/issue.js';
import { newPrivateKey } from '../../src/security/authority/new-private-key.js';
import { openLab, problemsWhenUp, type Lab } from '../helpers/lab.js';
import { requireTool } from '../helpers/require-tool.js';
import { openAll, secretOf } from '../helpers/secret-values.js';

/*
 * One secured cluster to which something happens, again and again: each time a command says what, why, and the way out, and the
 * way out is taken.
 */

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;
const NODES = ['server-1', 'client-1'];
const DAY_MS = 24 * 3600 * 1000;
const redact = createRedactor();

describe.skipIf(!ready).sequential('what can happen to a secured cluster', () => {
  let lab: Lab;
  const paths = () => lab.paths();
  const secrets = (): Record<string, string> => JSON.parse(readFileSync(paths().secrets, 'utf8')) as Record<string, string>;

  beforeAll(async () => {
    lab = openLab();
    await lab.must(['up', '--profile', 'secure', '--drivers', 'raw_exec', '--clients', '1']);
  });

  afterAll(async () => {
    await lab.end();
  });

  /** What a command that fails says: the three parts of its sentence. */
  async function refused(...words: string[]): Promise<{ message: string; why: string; next: string; code: string }> {
    const { code, stdout, stderr } = await lab.run([...words, '--json']);
    expect(code, `${words.join(' ')}\n${stdout}\n${stderr}`).not.toBe(0);
    const { error } = JSON.parse(stdout) as { error: { message: string; why: string[]; next: string; code: string } };
    expect([error.message, error.why.length > 0, error.next], error.message).toEqual([expect.any(String), true, expect.any(String)]);
    return { ...error, why: error.why.join('; ') };
  }

  /** Does something to a file, and puts it back as it was. */
  async function meanwhile(path: string, harm: () => void, work: () => Promise<void>): Promise<void> {
    const kept = `${path}.kept`;
    copyFileSync(path, kept);
    const { mode } = statSync(path);
    try {
      harm();
      await work();
    } finally {
      renameSync(kept, path);
      chmodSync(path, mode);
    }
  }

  test('secrets that others can read are refused until nobody can', async () => {
    chmodSync(paths().secrets, 0o644);
    const said = await refused('job', 'list');
    expect(said).toMatchObject({ code: 'secrets-exposed', message: expect.stringContaining('mode is 0644') });
    expect(said.next).toContain(`chmod 600 ${paths().secrets}`);
    chmodSync(paths().secrets, 0o600);
    await lab.must(['job', 'list']);
  });
});
