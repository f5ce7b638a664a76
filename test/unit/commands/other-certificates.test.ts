import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { writeFileAtomic } from '../../../packages/base/src/atomic-write.js';
import { command as doctor } from '../../../src/commands/doctor.js';
import { command as status } from '../../../src/commands/status.js';
import { lookAtCluster } from '../../../src/commands/ui/look-at-cluster.js';
import { ensureAuthority } from '../../../src/docker/tls/engine-authority.js';
import { ensureClient } from '../../../src/docker/tls/engine-client.js';
import { engineRecords, forgetEngines, recordEngine } from '../../../src/docker/tls/engine-records.js';
import { keptFiles } from '../../../src/docker/tls/kept-files.js';
import { renewDueOperator } from '../../../src/docker/tls/renew-operator.js';
import type { Exposure } from '../../../src/exposure/exposure.js';
import { createTestContext } from '../../helpers/test-context.js';

const DAY_MS = 24 * 3600 * 1000;
const now = Date.now();

/** A cluster `dev` with a port that is exposed with a certificate, docker's certificates as they were made so many days ago, and a clock. */
async function world(days: number) {
  const ctx = await createTestContext();
  const paths = ctx.paths.cluster('dev');
  await writeFileAtomic(paths.file, 'version: 1\nname: dev\ntarget: local\n');
  const files = keptFiles(ctx.paths);
  const at = { files, redact: ctx.redact };
  const { authority } = await ensureAuthority(at, now - days * DAY_MS);
  for (const name of ['operator', 'ci']) await ensureClient(name, { ...at, authority, now: now - days * DAY_MS });
  const certificate = readFileSync(files.client('ci').certificate, 'utf8');
  await recordEngine(files, undefined, certificate);
  await recordEngine(files, { cluster: 'dev', node: 'client-1' }, certificate);
  await recordEngine(files, { cluster: 'dev', node: 'gone-1' }, certificate);
  await recordEngine(files, { cluster: 'other', node: 'client-1' }, certificate);
  const web: Exposure = {
    ...{ job: 'web', namespace: 'default', port: 'http', service: 'web', reach: 'public', listen: 443, protocol: 'http', host: 'a.test' },
    certificate: { by: 'file', certificate, chain: '', fingerprint: 'f'.repeat(64) },
  };
  const exposed = { exposures: [web], gates: { 'public-443': 18_001 }, held: [], addresses: {} };
  mkdirSync(dirname(paths.journal), { recursive: true });
  const state = { exposed, hosts: [{ name: 'client-1' }] };
  writeFileSync(paths.journal, JSON.stringify({ version: 1, cluster: 'dev', state, steps: {}, runs: [] }));
  return { ctx, files };
}

test('what ends soon besides certificates of agents is told by status, doctor and the overview, with the command for another one', async () => {
  const { ctx, files } = await world(300);
  const again = 'nomadctl job expose web --port http --public --listen 443 --protocol http --host a.test --tls <file>';
  const wanted = [
    ['port http of job web', again],
    ['docker client ci', 'nomadctl docker tls renew --client ci'],
    ['docker client operator', 'nomadctl up dev'],
    ['docker on this computer', 'nomadctl docker tls renew'],
    ['docker on client-1', 'nomadctl docker tls renew client-1 --cluster dev'],
  ] as const;
  const seen = await status.run({ args: {}, flags: {} }, ctx);
  for (const [of, command] of wanted)
    expect(seen?.text).toMatch(new RegExp(`the certificate of ${of} ends in 64 days; another one: ${command}$`, 'm'));
  expect(seen?.data).toMatchObject({ endingCertificates: wanted.map(([of, renewedBy]) => ({ of, renewedBy })) });

  const { findings } = (await doctor.run({ args: {}, flags: {} }, ctx))?.data as {
    findings: { id: string; fix?: object; faulty?: boolean }[];
  };
  for (const [of, command] of wanted)
    expect(findings.find(({ id }) => id === `certificate-${of.replaceAll(' ', '-')}`)).toMatchObject({ faulty: true, fix: { command } });

  const { endingCertificates } = await lookAtCluster('dev', ctx);
  expect(endingCertificates).toHaveLength(wanted.length);
  for (const [of, command] of wanted)
    expect(endingCertificates).toContainEqual(
      expect.stringMatching(new RegExp(`^The certificate of ${of} ends in .*; another one: ${command}$`)),
    );

  // Its own for docker is what `up` makes anew; the others are wherever their owners took them.
  expect(await renewDueOperator({ files, redact: ctx.redact, now })).toBe(true);
  expect(await renewDueOperator({ files, redact: ctx.redact, now })).toBe(false);
  expect((await status.run({ args: {}, flags: {} }, ctx))?.text).not.toContain('docker client operator');
});

test('nothing is told while everything holds', async () => {
  const { ctx } = await world(1);
  const seen = await status.run({ args: {}, flags: {} }, ctx);
  expect([seen?.text?.includes('another one'), seen?.data]).toEqual([
    false,
    expect.not.objectContaining({ endingCertificates: expect.anything() }),
  ]);
  expect((await lookAtCluster('dev', ctx)).endingCertificates).toEqual([]);
});

test('engines of hosts are forgotten with their cluster, or when one shows nothing any more', async () => {
  const { files } = await world(1);
  const known = async (): Promise<unknown[]> =>
    (await engineRecords(files, 'dev', ['client-1'])).map(({ engine }) => engine?.node ?? 'here');
  expect(await known()).toEqual(['here', 'client-1']);
  await recordEngine(files, undefined, undefined);
  expect(await known()).toEqual(['client-1']);
  await forgetEngines(files, 'dev');
  expect(await known()).toEqual([]);
  expect(await engineRecords(files, 'other', ['client-1'])).toHaveLength(1);
});
