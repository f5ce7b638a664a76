import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endForwarder } from '../../../../src/names/forwarder/run-forwarder.js';
import { tempHome } from '../../../helpers/temp-home.js';

test('nothing of the resolver stays, halves of files that a kill left included; what is of others does', async () => {
  const root = await tempHome();
  const folder = join(root, 'var/lib/nomadctl');
  mkdirSync(folder, { recursive: true });
  const ours = ['dns-forwarder.json', 'dns-forwarder.log', 'dns-forwarder.json.ce78455e.tmp', 'dns.json.0a1b2c3d.tmp'];
  for (const name of [...ours, 'docker-swarm']) writeFileSync(join(folder, name), '');
  await endForwarder(root);
  expect(readdirSync(folder)).toEqual(['docker-swarm']);

  const another = await tempHome();
  mkdirSync(join(another, 'var/lib/nomadctl'), { recursive: true });
  for (const name of ours) writeFileSync(join(another, 'var/lib/nomadctl', name), '');
  await endForwarder(another);
  expect(existsSync(join(another, 'var/lib/nomadctl'))).toBe(false);
});
