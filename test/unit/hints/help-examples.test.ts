import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { helpExamples } from '../../helpers/help-examples.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { tempHome } from '../../helpers/temp-home.js';
import { createTestContext } from '../../helpers/test-context.js';

const examples = await helpExamples();

/** What a shell hands to nomadctl when it runs a line: each call with its words. */
async function callsOf(line: string): Promise<string[][]> {
  const folder = await tempHome();
  const script = `nomadctl() { printf '%s\\0' "$@" >>calls; printf '\\1' >>calls; }\n${line}\ntrue\n`;
  execFileSync('bash', ['-c', script], { cwd: folder, env: { PATH: process.env['PATH'], EDITOR: 'true', HOME: folder }, stdio: 'ignore' });
  const said = readFileSync(join(folder, 'calls'), 'utf8');
  return said
    .split('\u0001')
    .slice(0, -1)
    .map((words) => words.split('\0').slice(0, -1));
}

describe(`${examples.length} examples of help`, () => {
  test('are many', () => {
    expect(examples.length).toBeGreaterThan(80);
  });

  test.each(examples)('%s: %s', async (path, line) => {
    const ctx = await createTestContext();
    // fish reads what others would not.
    const calls = line.includes('| source')
      ? [
          line
            .replace(/ \| source$/, '')
            .split(' ')
            .slice(1),
        ]
      : await callsOf(line);
    expect(calls.length).toBeGreaterThan(0);
    for (const words of calls) {
      expect(words.join(' ').startsWith(path)).toBe(true);
      expect(await parseCommand(words, ctx)).toBeDefined();
    }
  });
});
