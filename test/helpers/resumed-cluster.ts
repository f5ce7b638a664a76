import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Plan } from '../../src/engine/step.js';
import { openLab, problemsWhenDown, problemsWhenUp, type Lab } from './lab.js';

export const UP = ['up', '--clients', '1'];
export const NODES = ['server-1', 'client-1'];

/** Generated from the plans, so that a new step is covered the day it is added. */
export function stepIds(plan: unknown): string[] {
  return (plan as Plan<never, never>).steps.flat().map((step) => (step as { id: string }).id);
}

/**
 * One home for all cases of a file. What a case leaves, another begins with; what it does not want is made right by
 * `fromNothing` and `fromRunning`, so that each case can run alone and a failed one spoils no other.
 */
export interface ResumedCluster {
  /** The lab, without a trace of a cluster in it. */
  fromNothing(): Promise<Lab>;
  /** The lab, with a cluster that is whole. */
  fromRunning(): Promise<Lab>;
}

/** Ends with the file. */
export function resumedCluster(): ResumedCluster {
  let opened: Lab;
  beforeAll(() => void (opened = openLab()));
  afterAll(() => opened.end());
  return {
    async fromNothing() {
      if (existsSync(opened.paths().dir)) await opened.must(['down']);
      expect(problemsWhenDown(opened)).toEqual([]);
      return opened;
    },
    async fromRunning() {
      await opened.must(UP);
      return opened;
    },
  };
}

export async function expectWhole(opened: Lab): Promise<void> {
  expect(await problemsWhenUp(opened, NODES)).toEqual([]);
}
