import { describe, expect, it } from 'vitest';
import { askOptions } from '../../../src/options/ask-options.js';
import { resolveOptions } from '../../../src/options/resolve.js';
import { sampleTable } from '../../helpers/sample-target.js';
import { createTestContext } from '../../helpers/test-context.js';

describe('askOptions', () => {
  it('asks what has a question, with what holds as the default', async () => {
    const ctx = await createTestContext({ answers: ['3', '', true, 'ports'] });
    const known = resolveOptions(sampleTable, { file: { clients: { value: 6, where: 'cluster.yaml:4' } } });
    expect(await askOptions(sampleTable, ctx.ui.ask, known)).toEqual({ servers: 3, clients: 6, splitRoles: true, addressing: 'ports' });
    expect(ctx.recorded.questions.map((question) => question.default)).toEqual(['1', '6', false, 'auto']);
  });

  it('does not ask what a flag or a variable says', async () => {
    const ctx = await createTestContext({ answers: ['1', 'ports'] });
    const known = resolveOptions(sampleTable, { flags: { splitRoles: true }, env: { NOMADCTL_CLIENTS: '4' } });
    expect(await askOptions(sampleTable, ctx.ui.ask, known)).toEqual({ servers: 1, addressing: 'ports' });
  });

  it('asks again after an answer that is wrong', async () => {
    const ctx = await createTestContext({ answers: ['two', '2', '3', '4', false, ''] });
    expect(await askOptions(sampleTable, ctx.ui.ask, resolveOptions(sampleTable, {}))).toMatchObject({ servers: 3, clients: 4 });
    expect(ctx.recorded.questions.flatMap(({ problem }) => problem ?? [])).toEqual([
      'must be a whole number (got "two")',
      'must be 1 or 3 (got 2)',
    ]);
  });
});
