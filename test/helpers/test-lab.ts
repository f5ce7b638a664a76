import { onTestFinished } from 'vitest';
import { openLab, type Lab } from './lab.js';

/** A lab that ends with the test. Apart from the others, which run without a test, too. */
export function testLab(): Lab {
  const opened = openLab();
  onTestFinished(() => opened.end());
  return opened;
}
