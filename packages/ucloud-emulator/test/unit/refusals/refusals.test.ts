import { expect, test } from 'vitest';
import { dispatchedCloud } from '../../helpers/dispatched-cloud.js';
import { refusalCases } from '../../helpers/refusal-cases/all.js';
import { messagePattern } from '../../helpers/message-pattern.js';

test.each(refusalCases)('$at', async ({ at, code, says = '', options, ask }) => {
  const { RetCode, Message } = ask(await dispatchedCloud(options));
  expect([RetCode, Message]).toEqual([code, expect.stringMatching(messagePattern(at))]);
  expect(Message).toContain(says);
});
