// npm run chaos -- --runs 200 --seed 7: kills nomadctl at random moments and has it finish (test/helpers/chaos.ts).
// npm run chaos -- --every-operation: kills up and down before every change that they make.
// npm run chaos -- --secured --runs 200 --servers 3 --clients 2: the same over up, every rotation and the upgrade of a plain cluster,
// with servers that are killed too (test/helpers/secured-chaos.ts).
// npm run chaos -- --state --runs 60: states that move between places, are backed up, damaged and put back (test/helpers/state-chaos.ts).
// npm run chaos -- --tenants --runs 40: tenants of a secured cluster that come and go (test/helpers/tenant-chaos.ts).
// npm run chaos -- --target ucloud --runs 100: the same over build-images, up and down on an emulated UCloud.
// Needs a build, and consul and nomad on PATH; with --state consul and terraform, with --tenants redis-server, too, with --target ucloud packer,
// terraform and UCloud's provider instead.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
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
    secured: { type: 'boolean', default: false },
    state: { type: 'boolean', default: false },
    tenants: { type: 'boolean', default: false },
    servers: { type: 'string', default: '1' },
    clients: { type: 'string', default: '1' },
    keep: { type: 'string' },
  },
});
const atUcloud = values.target === 'ucloud';
const helper = atUcloud
  ? 'ucloud-chaos'
  : values.secured
    ? 'secured-chaos'
    : values.state
      ? 'state-chaos'
      : values.tenants
        ? 'tenant-chaos'
        : 'chaos';
const root = new URL('../', import.meta.url).pathname;
const needed = atUcloud
  ? ['packer', 'terraform']
  : values.state
    ? ['consul', 'terraform']
    : ['consul', 'nomad', ...(values.tenants ? ['redis-server'] : [])];
const folders = (process.env.PATH ?? '').split(delimiter);
const missing = needed.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
if (missing.length > 0) {
  // Each turn would build them for itself.
  process.stderr.write(`not on PATH: ${missing.join(', ')}\n`);
  process.exit(1);
}
const stop = new AbortController();
// The cluster is taken down all the same.
process.once('SIGINT', () => stop.abort());
const say = (line) => process.stdout.write(`${line}\n`);
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const libraries = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !name.startsWith('@nomadctl/'));
// Beside the helpers, which find the program and strike.mjs from where they are.
const bundle = join(root, `test/helpers/.chaos-${process.pid}.mjs`);
try {
  await build({
    entryPoints: [join(root, `test/helpers/${helper}.ts`)],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Ours are TypeScript, which Node does not read.
    external: libraries.filter((name) => name !== 'aws4').flatMap((name) => [name, `${name}/*`]),
    // aws4 is no ES module, and hands on no names to one.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  });
  const { runChaos, runEveryOperation, runUcloudChaos, runSecuredChaos, runStateChaos, runTenantChaos } = await import(
    pathToFileURL(bundle).href
  );
  const seed = Number(values.seed);
  const options = { runs: Number(values.runs), seed, say, signal: stop.signal };
  const size = { servers: Number(values.servers), clients: Number(values.clients) };
  const {
    runs,
    hit,
    failures,
    table = [],
  } = atUcloud
    ? await runUcloudChaos(options)
    : values.secured
      ? await runSecuredChaos({ ...options, ...size, keep: values.keep })
      : values.state
        ? await runStateChaos(options)
        : values.tenants
          ? await runTenantChaos(options)
          : values['every-operation']
            ? await runEveryOperation({ say, signal: stop.signal, from: Number(values.from) })
            : await runChaos(options);
  for (const line of table) say(line);
  const what = values['every-operation'] ? 'every operation' : `seed ${seed}`;
  say(`\n${runs - failures.length} of ${runs} converged (${what}; the kill hit ${hit} of them)`);
  for (const failure of failures) say(failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  rmSync(bundle, { force: true });
}
