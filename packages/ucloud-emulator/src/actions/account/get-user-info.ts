import { defineAction } from '../action.js';
import { accountNumber, emailOf } from '../../scope/accounts.js';

export const getUserInfo = defineAction({
  name: 'GetUserInfo',
  summary: 'Who the account is.',
  params: {},
  global: true,
  handle(_params, { caller: { account } }) {
    return {
      DataSet: [
        {
          ...{ UserId: accountNumber(account), UserName: account.name, UserEmail: emailOf(account.name), UserType: 1, UserVersion: 1 },
          ...{ CompanyName: account.name, AuthState: 'CERTIFIED', Admin: 1, Administrator: account.name, Finance: 1, IndustryType: 0 },
          ...{ UserPhone: '', PhonePrefix: '86', Province: '', City: '', UserAddress: '' },
        },
      ],
    };
  },
});
