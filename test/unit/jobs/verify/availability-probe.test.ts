import { describe, expect, it } from 'vitest';
import { startProbe } from '../../../../src/jobs/verify/availability-probe.js';

const signal = new AbortController().signal;

/** A clock that moves only when somebody sleeps, and answers in order; the last one lasts. */
function scene(answers: (boolean | Error)[]) {
  let now = 1000;
  return {
    now: () => now,
    sleep: async (ms: number, stop?: AbortSignal): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      stop?.throwIfAborted();
      now += ms;
    },
    check: async () => {
      now += 10;
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return { ok: answer ?? false, found: '' };
    },
  };
}

describe('startProbe', () => {
  it('measures from the last answer to the first that lasted', async () => {
    const probe = startProbe(scene([true, true, false, false, true, false, true, true, true, true]));
    await probe.steady(4, signal);
    const report = await probe.stop();
    expect(report.failedProbes).toBe(3);
    // Five pauses of at least 50 ms lie between the second answer and the one that began the lasting streak.
    expect(report.downtimeMs).toBeGreaterThanOrEqual(5 * 50);
  });

  it('has no downtime when every probe was answered', async () => {
    const probe = startProbe(scene([true]));
    await probe.steady(3, signal);
    expect(await probe.stop()).toMatchObject({ failedProbes: 0, downtimeMs: 0 });
  });

  it('counts only answers to questions asked after the call', async () => {
    const probe = startProbe(scene([true]));
    await probe.steady(3, signal);
    const before = (await probe.stop()).probes;
    expect(before).toBeGreaterThanOrEqual(3);
    await expect(probe.steady(1, signal)).rejects.toThrow('the probe was stopped');
  });

  it('ends with what the question threw, and with the signal', async () => {
    const failure = new Error('interrupted');
    await expect(startProbe(scene([failure])).steady(1, signal)).rejects.toBe(failure);
    const probe = startProbe(scene([false]));
    await expect(probe.steady(1, AbortSignal.abort(failure))).rejects.toBe(failure);
    await probe.stop();
  });
});
