import { describe, expect, test } from 'vitest';
import { AbortError, ConfigError, LockedError, ToolError } from '../../../packages/base/src/errors.js';
import { hint, nomadctl } from '../../../packages/base/src/hint/hint.js';
import { errorDocument, exitCodeOf, renderError } from '../../../src/ui/errors.js';
import { colorStyle, plainStyle } from '../../../src/ui/style.js';

const render = (error: unknown, verbose = false): string => renderError(error, { style: plainStyle, verbose });

function failedStep(): ToolError {
  const error = new ToolError('consul 9.9.9 is not at the file server', {
    code: 'release-missing',
    why: ['HEAD /consul/9.9.9 answered 404\nnothing was created', 'second reason'],
    next: nomadctl`config set versions.consul 1.22.0`,
    details: { version: '9.9.9' },
  });
  error.during = { title: 'Building nomad-client', log: '/home/logs/1' };
  return error;
}

test('what happened, why, what to do', () => {
  expect(render(failedStep())).toBe(
    [
      '✖ Building nomad-client failed: consul 9.9.9 is not at the file server',
      '  why   HEAD /consul/9.9.9 answered 404',
      '        nothing was created',
      '        second reason',
      '  log   /home/logs/1',
      '  next  nomadctl config set versions.consul 1.22.0',
    ].join('\n'),
  );
});

test('parts that are not there leave no trace', () => {
  expect(render(new ConfigError('no cluster is named "x"', { code: 'cluster-unknown' }))).toBe('✖ no cluster is named "x"');
});

test('the code is shown with --verbose; an expected failure has no stack even then', () => {
  const text = render(new LockedError('another run holds it', { code: 'lock-held' }), true);
  expect(text).toBe('✖ another run holds it\n  code  lock-held');
});

test('colours can be taken away without losing anything', () => {
  const colored = renderError(failedStep(), { style: colorStyle, verbose: false });

  expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(render(failedStep()));
  expect(colored).toContain('\u001b[31m✖');
});

test('ASCII', () => {
  expect(renderError(failedStep(), { style: plainStyle, verbose: false, ascii: true })).toMatch(/^x Building/);
});

test('what programs said cannot move the cursor', () => {
  const text = render(new ToolError('it \u001b[2Jfailed', { code: 'tool-failed', why: '\u001b[31mred\u001b[0m\r\n\nlast  ' }));
  expect(text).toBe('✖ it failed\n  why   red\n        last');
});

describe('interruptions are soft', () => {
  test('with what goes on later', () => {
    const error = new AbortError('Interrupted while "Starting Nomad" (step 3 of 6)', 130, {
      why: 'Ctrl-C',
      next: hint`${nomadctl`up dev`}   continues here`,
    });
    expect(render(error)).toBe(
      '■ Interrupted while "Starting Nomad" (step 3 of 6)\n  why   Ctrl-C\n  next  nomadctl up dev   continues here',
    );
    expect(exitCodeOf(error)).toBe(130);
  });

  test('a declined confirmation', () => {
    const error = new AbortError('Nothing was changed', 1);
    expect(render(error)).toBe('■ Nothing was changed');
    expect(exitCodeOf(error)).toBe(1);
  });

  test('of the platform, which know nothing of ours', () => {
    const controller = new AbortController();
    controller.abort();
    const { reason } = controller.signal as { reason: unknown };
    expect(render(reason)).toBe('■ Interrupted');
    expect(exitCodeOf(reason)).toBe(130);
  });
});

describe('our own bugs', () => {
  const bug = new TypeError('undefined is not a function');

  test('say sorry and how to report, without a stack', () => {
    const text = render(bug);
    expect(text).toMatch(/^✖ Sorry, nomadctl itself failed: undefined is not a function\n {2}why {3}this is a bug/);
    expect(text).toContain('  next  report it');
    expect(text).not.toContain('errors.test.ts');
    expect(exitCodeOf(bug)).toBe(70);
  });

  test('have a stack and the cause with --verbose', () => {
    const text = render(new Error('outer', { cause: bug }), true);
    expect(text).toContain('errors.test.ts');
    expect(text).toContain('[cause]: TypeError: undefined is not a function');
    expect(text).toContain('  code  bug');
  });

  test.each(['a string', undefined, null, 42, { odd: true }])('may throw anything: %o', (thrown) => {
    expect(render(thrown)).toContain('Sorry, nomadctl itself failed');
    expect(errorDocument(thrown).error['exitCode']).toBe(70);
  });
});

test('the document for --json', () => {
  expect(errorDocument(failedStep())).toEqual({
    error: {
      code: 'release-missing',
      message: 'Building nomad-client failed: consul 9.9.9 is not at the file server',
      why: ['HEAD /consul/9.9.9 answered 404', 'nothing was created', 'second reason'],
      next: 'nomadctl config set versions.consul 1.22.0',
      exitCode: 1,
      log: '/home/logs/1',
      details: { version: '9.9.9' },
    },
  });
  expect(errorDocument(new AbortError('Interrupted', 130))).toEqual({
    error: { code: 'interrupted', message: 'Interrupted', why: [], exitCode: 130 },
  });
});
