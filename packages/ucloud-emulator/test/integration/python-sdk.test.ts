import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { actions } from '../../src/actions/index.js';
import { emulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import { requireTool } from '../../../../test/helpers/require-tool.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

const run = promisify(execFile);
const SDK = 'ucloud-sdk-python3==0.11.150';
const SCRIPT = fileURLToPath(new URL('../fixtures/python-sdk.py', import.meta.url));
const python = requireTool('python3');

/** A virtual environment with the SDK, or why there is none. */
async function prepare(dir: string): Promise<{ readonly python?: string; readonly why?: string }> {
  const venv = join(dir, 'venv');
  try {
    await run(python ?? 'python3', ['-m', 'venv', venv], { timeout: 60_000 });
    await run(join(venv, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', SDK], { timeout: 120_000 });
    return { python: join(venv, 'bin/python') };
  } catch (error) {
    return { why: `${SDK} can not be installed: ${String(error).split('\n', 1)[0]}` };
  }
}

test.skipIf(!python)(
  "UCloud's own Python SDK calls every action that it knows, and its schemas take the answers",
  async ({ skip }) => {
    const prepared = await prepare(await tempHome());
    if (!prepared.python) return skip(prepared.why);
    const cloud = await emulatedCloud({ timeScale: 1000 });
    const child = spawn(prepared.python, [SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(JSON.stringify({ url: cloud.url, credentials: cloud.credentials, actions: actions.map(({ name }) => name) }));
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    expect({ code, err: code === 0 ? '' : err }).toEqual({ code: 0, err: '' });
    const { known, called } = JSON.parse(out) as { known: string[]; called: string[] };
    expect(known.filter((action) => !called.includes(action))).toEqual([]);
    // What the SDK does not know are exceptions that have to be named: it has no client for labels.
    const unknown = actions.map(({ name }) => name).filter((name) => !known.includes(name) && !/Labels/.test(name));
    expect(unknown).toEqual(['DescribeUK8SImage']);
  },
  240_000,
);
