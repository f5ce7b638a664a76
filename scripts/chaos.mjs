// npm run chaos -- --runs 200 --seed 7: kills nomadctl at random moments and has it finish (test/helpers/chaos.ts).
// npm run chaos -- --every-operation: kills up and down before every change that they make.
// npm run chaos -- --target ucloud --runs 100: the same over build-images, up and down on an emulated UCloud.
// Needs a build, and consul and nomad on PATH; with --target ucloud packer, terraform and UCloud's provider instead.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    'every-operation': { type: 'boolean', default: false },
    from: { type: 'string', default: '1' },
    target: { type: 'string', default: 'local' },
  },
});
const atUcloud = values.target === 'ucloud';
const root = new URL('../', import.meta.url).pathname;
const stop = new AbortController();
// The cluster is taken down all the same.
process.once('SIGINT', () => stop.abort());
const say = (line) => process.stdout.write(`${line}\n`);
// Beside the helpers, which find the program and strike.mjs from where they are.
const bundle = join(root, `test/helpers/.chaos-${process.pid}.mjs`);
try {
  await build({
    entryPoints: [join(root, atUcloud ? 'test/helpers/ucloud-chaos.ts' : 'test/helpers/chaos.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  const { runChaos, runEveryOperation, runUcloudChaos } = await import(pathToFileURL(bundle).href);
  const seed = Number(values.seed);
  const { runs, hit, failures } = atUcloud
    ? await runUcloudChaos({ runs: Number(values.runs), seed, say, signal: stop.signal })
    : values['every-operation']
      ? await runEveryOperation({ say, signal: stop.signal, from: Number(values.from) })
      : await runChaos({ runs: Number(values.runs), seed, say, signal: stop.signal });
  const what = values['every-operation'] ? 'every operation' : `seed ${seed}`;
  say(`\n${runs - failures.length} of ${runs} converged (${what}; the kill hit ${hit} of them)`);
  for (const failure of failures) say(failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  rmSync(bundle, { force: true });
}
