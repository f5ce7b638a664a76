import { defineAction } from '../action.js';

export const getBalance = defineAction({
  name: 'GetBalance',
  summary: 'The balance of the account: always the same.',
  params: {},
  global: true,
  handle: () => ({
    AccountInfo: { Amount: '10000.00', AmountAvailable: '10000.00', AmountCredit: '0.00', AmountFree: '0.00', AmountFreeze: '0.00' },
  }),
});
