import { addressCases } from './addresses.js';
import { balancerCases } from './balancers.js';
import { diskCases } from './disks.js';
import { hostCases } from './hosts.js';
import { interfaceCases } from './interfaces.js';
import { networkCases } from './networks.js';
import { offerCases } from './offers.js';
import { requestCases } from './requests.js';

export const refusalCases = [
  ...addressCases,
  ...balancerCases,
  ...diskCases,
  ...hostCases,
  ...interfaceCases,
  ...networkCases,
  ...offerCases,
  ...requestCases,
];
