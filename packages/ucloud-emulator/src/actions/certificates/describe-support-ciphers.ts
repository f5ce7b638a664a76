import { defineAction } from '../action.js';
import { supportedCiphers } from '../../model/balancers/security-policy.js';

export const describeSupportCiphers = defineAction({
  name: 'DescribeSupportCiphers',
  summary: 'Lists what a security policy may be made of.',
  params: {},
  handle: () => ({ DataSet: supportedCiphers }),
});
