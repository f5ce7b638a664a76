import { describe, expect, test } from 'vitest';
import { systemClock } from '../src/clock.js';
import { createPaths } from '../src/paths.js';
import { reasonOf } from '../src/reason.js';
import { didYouMean, suggest } from '../src/suggest.js';

describe('suggestions', () => {
  test.each([
    ['clinets', 'clients'],
    ['Clients', 'clients'],
    ['server', 'servers'],
    ['xyzzy', undefined],
    ['', undefined],
  ])('%s: %s', (word, wanted) => {
    expect(suggest(word, ['servers', 'clients', 'split-roles'])).toBe(wanted);
  });

  test('of nothing are none', () => {
    expect(suggest('x', [])).toBeUndefined();
    expect(didYouMean('x', [])).toBe('');
    expect(didYouMean('servrs', ['servers'])).toBe(' (did you mean "servers"?)');
  });
});

test.each([
  [new Error('outer', { cause: new Error('middle', { cause: new Error('inner') }) }), 'inner'],
  [new AggregateError([new Error('first'), new Error('second')], 'all failed'), 'first'],
  [new AggregateError([], 'none'), 'none'],
  [new Error('outer', { cause: 'text' }), 'text'],
  ['text', 'text'],
  [undefined, 'undefined'],
])('the reason of %s is %s', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});

test('paths are those that the guide names', () => {
  const paths = createPaths({ home: '/h', packageRoot: '/p' });
  expect(paths.tools).toBe('/h/tools');
  expect(createPaths({ home: '/h', tools: '/t', packageRoot: '/p' }).tools).toBe('/t');
  expect(paths.cluster('dev')).toMatchObject({
    file: '/h/clusters/dev/cluster.yaml',
    journal: '/h/clusters/dev/journal.json',
    logs: '/h/clusters/dev/logs',
  });
});

test('a sleep ends with its signal', async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort();
  await expect(sleeping).rejects.toMatchObject({ name: 'AbortError' });
});

test('two letters in the wrong order are one slip, also in a short word', () => {
  expect(suggest('redsi', ['redis', 'web'])).toBe('redis');
  expect(suggest('prdo', ['prod', 'dev'])).toBe('prod');
  expect(suggest('abcd', ['prod', 'dev'])).toBeUndefined();
});
