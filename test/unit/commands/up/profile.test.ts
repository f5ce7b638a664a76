import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder } from '../../../../packages/base/src/make-folder.js';
import { writeFileAtomic } from '../../../../packages/base/src/atomic-write.js';
import { markProfile, type Profile } from '../../../../src/agents/profile/profile-mark.js';
import { command as config } from '../../../../src/commands/config/set.js';
import { command as show } from '../../../../src/commands/config/show.js';
import { command as init } from '../../../../src/commands/init.js';
import { command as up } from '../../../../src/commands/up.js';
import { hintLine } from '../../../helpers/hint-line.js';
import { createTestContext, type TestContextOptions } from '../../../helpers/test-context.js';
import { thrown } from '../../../helpers/thrown.js';

interface There {
  /** Of the agents that have run; `before`: by a release that knew no profile. */
  readonly made?: Profile | 'before';
  readonly file?: string;
}

async function contextWith({ made, file }: There = {}, options: TestContextOptions = {}) {
  const ctx = await createTestContext(options);
  const paths = ctx.paths.cluster('dev');
  if (made) await makeFolder(join(paths.agents, 'server-1', 'consul', 'data'));
  if (made && made !== 'before') await markProfile(paths.agents, made);
  if (file !== undefined) await writeFileAtomic(paths.file, `version: 1\nname: dev\ntarget: local\n${file}`);
  return ctx;
}

type Ctx = Awaited<ReturnType<typeof contextWith>>;

/** The step ids of what `up` would do. */
async function planned(ctx: Ctx, flags: Record<string, string> = {}): Promise<string[]> {
  const result = await up.run({ args: {}, flags: { plan: true, ...flags } }, ctx);
  return (result?.data as { steps: { id: string }[] }).steps.map(({ id }) => id);
}

describe('the profile of a cluster', () => {
  it.each<[string, There, Record<string, string>, boolean]>([
    ['new: secured', {}, {}, true],
    ['new, of a file that says nothing: secured', { file: 'clients: 1\n' }, {}, true],
    ['new, of a file that says poc: plain', { file: 'profile: poc\n' }, {}, false],
    ['new, by a flag: plain', {}, { profile: 'poc' }, false],
    ['made before there were profiles: plain, as it is', { made: 'before', file: 'clients: 1\n' }, {}, false],
    ['made plain, without a file: plain, as it is', { made: 'poc' }, {}, false],
    ['made secured, of a file that says nothing: secured', { made: 'secure', file: 'clients: 1\n' }, {}, true],
  ])('%s', async (_, there, flags, secured) => {
    const ctx = await contextWith(there);
    expect((await planned(ctx, flags)).includes('certify-nodes')).toBe(secured);
    // Looking makes nothing, and asks nobody.
    expect(ctx.recorded.questions).toEqual([]);
  });

  it('is told by config show, with why, and stays out of the file when something else is set', async () => {
    const ctx = await contextWith({ made: 'before', file: 'clients: 1\n' });
    expect((await show.run({ args: {}, flags: {} }, ctx))?.text).toMatch(/^profile +poc +as it was made$/m);
    const drafted = await config.run({ args: { key: 'clients', value: '3' }, flags: { plan: true } }, ctx);
    expect(JSON.stringify(drafted)).not.toContain('profile');
    const edited = await init.run({ args: {}, flags: { plan: true, clients: '4' } }, ctx);
    expect(JSON.stringify(edited)).not.toContain('profile');
  });
});

describe('consent to profile poc', () => {
  const poc = { args: {}, flags: { profile: 'poc' } };

  it('is missing where nobody can be asked: nothing is made, and both ways out are named', async () => {
    const ctx = await contextWith();
    const error = await thrown(() => up.run(poc, ctx));
    expect(error).toMatchObject({
      code: 'answer-needed',
      exitCode: 4,
      message: 'cluster dev would do what anybody asks: there is nobody to agree to it',
      why: [expect.stringMatching(/^Profile poc is a proof of concept: .*Do not use it in production as it is\.$/)],
      details: { flags: ['--yes'] },
    });
    const given = { path: ['up'], args: {}, flags: { profile: 'poc' } };
    expect(hintLine(error.next, given)).toMatch(/^nomadctl up .*--profile secure, or nomadctl up .*--yes$/);
    expect(existsSync(ctx.paths.cluster('dev').dir)).toBe(false);
  });

  it('may be refused', async () => {
    const ctx = await contextWith({}, { answers: [false] });
    expect(await thrown(() => up.run(poc, ctx))).toMatchObject({ exitCode: 1, code: 'declined' });
    expect(ctx.recorded.warnings).toEqual([expect.stringContaining('Profile poc is a proof of concept')]);
    expect(ctx.recorded.questions).toMatchObject([{ message: 'Make it with profile poc all the same?', default: false }]);
    expect(existsSync(ctx.paths.cluster('dev').dir)).toBe(false);
  });

  it('is not wanted again for what is there, which is warned of with the command that secures it', async () => {
    const ctx = await contextWith({ made: 'before' }, { env: { PATH: '/nowhere', NOMADCTL_RELEASES_URL: 'http://127.0.0.1:9' } });
    // There are no programs, so nothing is started.
    await thrown(() => up.run({ args: {}, flags: {} }, ctx));
    expect(ctx.recorded.warnings).toEqual([expect.stringContaining('Profile poc is a proof of concept')]);
    expect(ctx.recorded.notes).toContain('nomadctl up dev --profile secure   secures it');
  });

  it('is no question to a secured cluster that is to become plain: it is refused first', async () => {
    const ctx = await contextWith({ made: 'secure' }, { answers: [] });
    expect(await thrown(() => up.run(poc, ctx))).toMatchObject({ code: 'profile-fixed' });
  });
});
