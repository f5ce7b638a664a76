import { describe, expect, test } from 'vitest';
import { completeWords } from '../../../packages/base/src/hint/complete-words.js';
import type { GivenCommand } from '../../../packages/base/src/hint/given-command.js';
import { asRoot, GIVEN_JOB, nomadctl, shell, type Hint } from '../../../packages/base/src/hint/hint.js';
import { renderHint } from '../../../packages/base/src/hint/render-hint.js';
import { ucloudOptions } from '../../../src/ucloud/settings/options.js';
import { localOptions } from '../../../src/agents/local-options.js';
import { toolNames } from '../../../src/programs/tool-versions.js';
import { isForAnyCluster } from '../../helpers/any-cluster.js';
import { AFTER_COMMAND, wordsInShell } from '../../helpers/hint-commands.js';
import { afterCommands, afterRendered, hintSites, renderings, SAMPLE, sourceFiles, type HintSite } from '../../helpers/hint-sites.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { createTestContext } from '../../helpers/test-context.js';

const files = sourceFiles();
const sites = hintSites(files);
const ours = sites.filter(({ program }) => program === 'nomadctl');

/** What may have been given when a hint is shown: nothing is known, or another cluster, and a job's file with variables. */
const givens: readonly GivenCommand[] = [
  {},
  {
    path: ['job', 'deploy'],
    args: { job: './my jobs/web.hcl' },
    flags: { var: ['text=a b', 'cost=$5'], varFile: ["it's.hcl"], driver: 'docker', namespace: 'team', verify: false, patient: true },
    cluster: { name: 'other', isUsual: false },
  },
];
const shown = ours.flatMap((site) => givens.map((given) => ({ site, given })));

function hintOf({ program, pieces, values }: HintSite): Hint {
  const text = Object.assign([...pieces], { raw: pieces }) as unknown as TemplateStringsArray;
  return { nomadctl, shell, asRoot }[program](text, ...values.map((value) => (value === 'given job' ? GIVEN_JOB : value)));
}

function wordsOf(hint: Hint, given: GivenCommand): string[] {
  const [part] = hint.parts;
  if (typeof part !== 'object' || !('program' in part)) throw new Error('no command');
  return completeWords(part.words, given);
}

test('prose after a command begins where the command visibly ends', () => {
  const templates = afterCommands(files);
  expect(templates.length).toBeGreaterThan(25);
  expect(templates.filter(({ after }) => !AFTER_COMMAND.test(after)).map(({ where, after }) => `${where}: ${after}`)).toEqual([]);
});

test('commands that follow one another are pasted as one line', () => {
  const templates = afterCommands(files);
  expect(templates.filter(({ after }) => /^\W*then $/.test(after)).map(({ where, after }) => `${where}: ${after}`)).toEqual([]);
});

test('so does prose after a command inside a sentence, which knows what was given', () => {
  const sentences = afterRendered(files);
  expect(sentences.length).toBeGreaterThan(10);
  expect(sentences.filter(({ after }) => !AFTER_COMMAND.test(after)).map(({ where, after }) => `${where}: ${after}`)).toEqual([]);
  expect(renderings(files).flatMap(({ where, knowsGiven }) => (knowsGiven ? [] : [where]))).toEqual([]);
});

describe(`${ours.length} hints of the sources, each after ${givens.length} commands`, () => {
  test('come out of a shell as they went in', () => {
    expect(ours.length).toBeGreaterThan(150);
    const lines = shown.map(({ site, given }) => renderHint(hintOf(site), given).replace(/^nomadctl /, ''));
    const expected = shown.map(({ site, given }) => wordsOf(hintOf(site), given).map((word) => word.replace(/<[a-z-]+>/g, 'value')));
    expect(wordsInShell(lines)).toEqual(expected);
  });

  test('are command lines of ours, and mean the cluster that was meant', async () => {
    const ctx = await createTestContext();
    const wrong: string[] = [];
    for (const { site, given } of shown) {
      const words = wordsOf(hintOf(site), given);
      try {
        const parsed = await parseCommand(words, ctx);
        const cluster = parsed?.cluster ?? parsed?.args['name'];
        const isAnother = cluster === '<cluster>';
        const isFree = parsed === undefined || isAnother || isForAnyCluster(words) || words.some((word) => word.includes(SAMPLE));
        if (given.cluster && !isFree && cluster !== given.cluster.name) wrong.push(`${site.where}: ${words.join(' ')}: ${String(cluster)}`);
      } catch (error) {
        wrong.push(`${site.where}: ${words.join(' ')}: ${String(error)}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  test('name keys and tools that there are', async () => {
    const ctx = await createTestContext();
    const keys = [...Object.keys(ucloudOptions), ...Object.keys(localOptions)];
    const ofCluster = { cluster: [], node: ['server-1', 'client-1'], namespace: [], token: [] };
    const known = { key: keys, tool: toolNames as readonly string[], job: ['redis'], ...ofCluster };
    const wrong: string[] = [];
    for (const site of ours) {
      const parsed = await parseCommand(wordsOf(hintOf(site), {}), ctx);
      // What a program is told is its own business.
      if (parsed?.args['words'] !== undefined) continue;
      for (const { name, completes } of parsed?.command.arguments ?? []) {
        const value = parsed?.args[name];
        const choices = typeof completes === 'string' ? known[completes] : completes;
        const odd = (typeof value === 'string' ? [value] : (value ?? [])).filter(
          (word) => !word.includes(SAMPLE) && !word.startsWith('<') && !choices?.includes(word),
        );
        if (choices && choices.length > 0 && odd.length > 0 && !site.values.length) wrong.push(`${site.where}: ${odd.join(' ')}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
