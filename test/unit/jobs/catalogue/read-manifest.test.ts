import { describe, expect, it } from 'vitest';
import type { GivenManifest } from '../../../../src/jobs/catalogue/job-manifest.js';
import { withDefaults } from '../../../../src/jobs/catalogue/manifest-defaults.js';
import { readManifest } from '../../../../src/jobs/catalogue/read-manifest.js';
import type { ConfigError } from '../../../../packages/base/src/errors.js';

function problemsOf(manifest: unknown): readonly string[] {
  try {
    readManifest(JSON.stringify(manifest), 'job.json');
  } catch (error) {
    return (error as ConfigError).why;
  }
  return [];
}

const base = { title: 'T', summary: 'S' };
const check = { kind: 'exec', title: 'PING', group: 'g', task: 't', command: ['true'] };

describe('readManifest', () => {
  it('fills in what may be left out', () => {
    expect(readManifest(JSON.stringify(base), 'job.json')).toEqual({ ...base, variables: [], programs: {}, intentions: [], needs: [] });
  });

  it.each([
    [base],
    [{ ...base, programs: { d: { exec: ['x'] } } }],
    [{ ...base, verify: { checks: [check, { kind: 'http', title: 'page', group: 'g', port: 'p' }] } }],
    [{ ...base, verify: { checks: [{ kind: 'http', title: 'page', group: 'g', port: 'p', path: '/x', status: 204 }] } }],
    [
      {
        ...base,
        verify: {
          checks: [
            { kind: 'service', title: 's', service: 's' },
            { kind: 'tcp', title: 't', group: 'g', port: 'p' },
          ],
        },
      },
    ],
    [{ ...base, verify: { checks: [{ kind: 'service', title: 's', service: 's', passing: 3 }] } }],
  ] as const)('says what our own templates, read without the schema, say: %j', (manifest) => {
    const text = JSON.stringify({ variables: [{ name: 'd', type: 'driver', description: 'd', choices: ['exec'] }], ...manifest });
    expect(withDefaults(JSON.parse(text) as GivenManifest)).toEqual(readManifest(text, 'job.json'));
  });

  it('says that a file is not JSON, with its name', () => {
    expect(() => readManifest('{', 'jobs/x/job.json')).toThrow('jobs/x/job.json is not JSON');
  });

  it('lists every problem at once, each with its place', () => {
    const problems = problemsOf({ title: '', sumary: 'S', variables: [{ name: 'Bad', type: 'text', description: 'd' }] });
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).toMatch(
      /title: .+\nsummary: .+\nvariables\[0\]\.name: must be lower case.+\nvariables\[0\]\.type: .+\nsumary: unknown key \(did you mean "summary"\?\)/,
    );
  });

  it.each([
    [{ variables: [{ name: 'n', type: 'number', description: 'd', default: 'x' }] }, 'variables.n.default: must be a number (got "x")'],
    [
      { variables: [{ name: 'n', type: 'number', description: 'd', default: 9, max: 3 }] },
      'variables.n.default: must be at most 3 (got 9)',
    ],
    [{ variables: [{ name: 'd', type: 'driver', description: 'd' }] }, 'variables.d: a driver needs choices, the preferred one first'],
    [{ variables: [{ name: 's', type: 'string', description: 'd', pattern: '(' }] }, /^variables\.s\.pattern: .*Unterminated group/],
    [
      {
        variables: [
          { name: 's', type: 'string', description: 'd' },
          { name: 's', type: 'string', description: 'd' },
        ],
      },
      'variables: s is declared twice',
    ],
    [{ verify: { checks: [check, check] } }, 'verify.checks: two checks are titled "PING"'],
    [
      { verify: { checks: [check], failover: { group: 'g', repeat: 'PIN' } } },
      'verify.failover.repeat: no check is titled "PIN" (did you mean "PING"?)',
    ],
    [
      { verify: { checks: [{ kind: 'tcp', title: 'open', group: 'g', port: 'p' }], failover: { group: 'g', repeat: 'open' } } },
      'verify.failover.repeat: "open" must be an exec check',
    ],
    [{ programs: { driver: { exec: ['x'] } } }, 'programs.driver: no variable of type driver has that name'],
    [{ verify: { checks: [] } }, /^verify\.checks: /],
  ])('finds contradictions: %j', (part, expected) => {
    const problems = problemsOf({ ...base, ...part });
    expect(problems).toHaveLength(1);
    if (typeof expected === 'string') expect(problems[0]).toBe(expected);
    else expect(problems[0]).toMatch(expected);
  });
});
