import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { hintLine } from '../../helpers/hint-line.js';
import { parseCommand } from '../../helpers/parse-command.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

async function scene() {
  const ctx = await createTestContext({ env: {} });
  await writeFileAtomic(ctx.paths.cluster('prod').file, 'version: 1\nname: prod\ntarget: local\n');
  const run = async (line: string) => {
    const parsed = await parseCommand(['state', 'backend', ...line.split(' ')], ctx);
    return parsed?.command.run(parsed, ctx);
  };
  return { ctx, run };
}

test.each([
  ['local --ca /ca.pem', '--ca would be ignored: states in this home are told by nothing'],
  ['local --address https://x', '--address would be ignored: states in this home are told by nothing'],
  ['consul --address https://x --bucket b', '--bucket would be ignored: consul has none'],
  ['http --address https://x --region r', '--region would be ignored: http has none'],
  ['s3 --bucket b --address http://x --ca /ca.pem', '--ca would be ignored: http://x is no https, and shows no certificate'],
])('a flag that would be ignored is refused: %s', async (line, message) => {
  const { run } = await scene();
  for (const plan of ['', ' --plan'])
    expect(await thrown(() => run(`${line}${plan}`))).toMatchObject({ code: 'flag-unused', exitCode: 2, message });
});

test.each([
  ['that is not there', undefined, 'cannot be read'],
  ['that holds no certificate', 'hello', 'holds no certificate of an authority (PEM)'],
])('a certificate %s is refused by the plan, too', async (_, content, says) => {
  const { ctx, run } = await scene();
  const file = join(ctx.paths.home, 'ca.pem');
  if (content !== undefined) await writeFileAtomic(file, content);
  const error = await thrown(() => run(`s3 --bucket b --ca ${file} --plan`));
  expect(error).toMatchObject({ code: 'state-ca-missing', exitCode: 2, message: expect.stringContaining(says) as string });
  expect(hintLine(error.next)).toBe('nomadctl config set state.ca <file>');
});

test('one that an authority has signed goes into the file for an S3-compatible store', async () => {
  const { ctx, run } = await scene();
  const file = join(ctx.paths.home, 'ca.pem');
  await writeFileAtomic(file, '-----BEGIN CERTIFICATE-----\n');
  expect((await run(`s3 --bucket b --ca ${file} --plan`))?.text).toContain(`ca: ${file}`);
});
