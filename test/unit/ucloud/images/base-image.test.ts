import { describe, expect, test } from 'vitest';
import type { Image } from '../../../../src/clients/ucloud/host-model.js';
import { baseProblem, chooseBaseImage } from '../../../../src/ucloud/images/base-image.js';

const wanted = { id: '', region: 'cn-bj2', bootDiskType: 'cloud_rssd' };

function image(more: Partial<Image> = {}): Image {
  return {
    ImageId: 'uimage-1',
    ImageName: 'Debian 12.0 64位',
    ImageType: 'Base',
    ImageSize: 20,
    OsType: 'Linux',
    OsName: more.ImageName ?? 'Debian 12.0 64位',
    State: 'Available',
    Features: ['CloudInit', 'RssdAttachable'],
    CreateTime: 100,
    ...more,
  };
}

test('without an id the newest Debian 12 that fits is taken', () => {
  const images = [
    image({ ImageId: 'old' }),
    image({ ImageId: 'new', ImageName: 'Debian 12.9 64位', CreateTime: 300 }),
    image({ ImageId: 'unfit', CreateTime: 400, Features: [] }),
    image({ ImageId: 'other', ImageName: 'Debian 13.0', CreateTime: 500 }),
  ];
  expect(chooseBaseImage(images, wanted)).toEqual({ id: 'new', name: 'Debian 12.9', user: 'root' });
});

test('an id of another region is refused before anything is made', () => {
  expect(() => chooseBaseImage([image()], { ...wanted, id: 'uimage-elsewhere' })).toThrow(
    expect.objectContaining({ code: 'base-image-unknown', message: 'base image uimage-elsewhere is not in region cn-bj2' }),
  );
});

test('Ubuntu is logged in to as ubuntu', () => {
  const found = chooseBaseImage([image({ ImageName: 'Ubuntu 22.04 64位' })], { ...wanted, id: 'uimage-1' });
  expect(found).toEqual({ id: 'uimage-1', name: 'Ubuntu 22.04', user: 'ubuntu' });
});

test('a region without any says so', () => {
  expect(() => chooseBaseImage([image({ ImageName: 'Rocky 9.0' })], wanted)).toThrow(
    expect.objectContaining({ code: 'base-image-missing' }),
  );
});

describe('what cannot be built on', () => {
  test.each<[string, Partial<Image>, RegExp]>([
    ['Windows', { OsType: 'Windows' }, /Windows/],
    ['one that is being made', { State: 'Making' }, /Making/],
    ['no cloud-init', { Features: ['RssdAttachable'] }, /cloud-init/],
    ['no RSSD', { Features: ['CloudInit'] }, /cloud_rssd/],
    ['an unknown family', { ImageName: 'Plan 9' }, /neither apt nor dnf/],
  ])('%s', (_, more, why) => {
    expect(baseProblem(image(more), 'cloud_rssd')).toMatch(why);
    expect(() => chooseBaseImage([image(more)], { ...wanted, id: 'uimage-1' })).toThrow(
      expect.objectContaining({ code: 'base-image-unfit' }),
    );
  });

  test('local SSD goes with older systems', () => {
    expect(baseProblem(image({ ImageName: 'CentOS 7.9 64位' }), 'local_ssd')).toMatch(/7\.2/);
    expect(baseProblem(image({ ImageName: 'CentOS 7.2 64位' }), 'local_ssd')).toBeUndefined();
  });
});
