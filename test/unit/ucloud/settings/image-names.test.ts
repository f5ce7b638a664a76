import { expect, test } from 'vitest';
import {
  buildName,
  checkNameLength,
  imageName,
  isBuildOf,
  LONGEST_CLUSTER_NAME,
  newBuildId,
  readImageName,
  readNotes,
  writeNotes,
} from '../../../../src/ucloud/settings/image-names.js';
import { imageNames } from '../../../../src/ucloud/settings/image-names.js';

test('every name fits into what UCloud takes, for the longest cluster', () => {
  const cluster = 'c'.repeat(LONGEST_CLUSTER_NAME);
  expect(() => checkNameLength(cluster)).not.toThrow();
  for (const image of imageNames) {
    expect(buildName(cluster, image, newBuildId()).length).toBeLessThanOrEqual(63);
    expect(imageName(cluster, image, '0123456789ab').length).toBeLessThanOrEqual(63);
  }
  expect(() => checkNameLength(`${cluster}c`)).toThrow(expect.objectContaining({ code: 'cluster-name-too-long', exitCode: 2 }));
});

test('a build is told from those of clusters with similar names', () => {
  const name = buildName('prod', 'nomad-client', '0123abcd');
  expect(isBuildOf('prod')(name)).toBe(true);
  expect(isBuildOf('prod', '0123abcd')(name)).toBe(true);
  expect(isBuildOf('prod', 'ffffffff')(name)).toBe(false);
  expect(isBuildOf('pro')(name)).toBe(false);
  expect(isBuildOf('prod')(buildName('prod-nomad-client', 'nomad-client', '0123abcd'))).toBe(false);
  expect(isBuildOf('prod-nomad-client')(name)).toBe(false);
});

test('an image says what it is by its name', () => {
  expect(readImageName(imageName('a-b', 'consul-server', '0123456789ab'))).toEqual({
    cluster: 'a-b',
    image: 'consul-server',
    hash: '0123456789ab',
  });
  for (const name of ['nomadctl-prod-web-0123456789ab', 'nomadctl-prod-nomad-client-1', 'my-nomadctl-prod-nomad-client-0123456789ab', ''])
    expect(readImageName(name)).toBeUndefined();
});

test('notes come back as they were written, and edited ones say less', () => {
  const notes = { base: 'uimage-1', build: '0123abcd', versions: { consul: '1.22.0', nomad: '1.11.0' } };
  expect(writeNotes(notes).length).toBeLessThan(255);
  expect(readNotes(writeNotes(notes))).toEqual(notes);
  expect(readNotes('my favourite image')).toEqual({ base: '', versions: {} });
});
