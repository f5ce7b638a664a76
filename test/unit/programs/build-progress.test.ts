import { expect, test } from 'vitest';
import { BuildProgress, type PackageSize } from '../../../src/programs/build-progress.js';

const go = (goFiles: number): PackageSize => ({ goFiles, cFiles: 0 });

test('says how many minutes are left, once it has learnt it', () => {
  const progress = new BuildProgress(new Map(Array.from({ length: 100 }, (_, index) => [`p${index}`, go(7)])), 0);
  expect(progress.say(0)).toBe('compiling package 0 of 100');
  progress.begin('p0');
  expect(progress.say(60_000), 'a hundredth tells nothing').toBe('compiling package 1 of 100');
  for (let index = 1; index < 50; index++) progress.begin(`p${index}`);
  // 50 of 102, the last two being the linker's.
  expect(progress.say(300_000)).toBe('compiling package 50 of 100, about 5 minutes left');
  for (let index = 50; index < 100; index++) progress.begin(`p${index}`);
  expect(progress.say(600_000)).toBe('linking, the last part, less than a minute left');
});

test('packages weigh what they are: many files more than one, C more than Go', () => {
  const sizes = new Map([
    ['small', go(1)],
    ['big', go(60)],
    ['in-c', { goFiles: 1, cFiles: 100 }],
  ]);
  const progress = new BuildProgress(sizes, 0);
  progress.begin('small');
  progress.begin('big');
  // Two of three packages, and less than a quarter of the work.
  expect(progress.say(60_000)).toBe('compiling package 2 of 3, about 3 minutes left');
});

test('what is no package of the build counts for nothing', () => {
  const progress = new BuildProgress(
    new Map([
      ['one', go(1)],
      ['two', go(1)],
    ]),
    0,
  );
  expect(progress.begin('go: downloading github.com/one v1.0.0')).toBe(false);
  expect(progress.say(10_000)).toBe('compiling package 0 of 2');
});

test('with a warm cache there is only the linking', () => {
  expect(new BuildProgress(new Map(), 0).say(0)).toBe('linking, the last part');
});
