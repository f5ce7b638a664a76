import type { Exposure } from './network-plan.js';

/** Matches connections to an EIP that lead to this host: those to the one that had the EIP before do not get through. */
export const between = ({ eip, privateIp }: Pick<Exposure, 'eip' | 'privateIp'>): string => ` --ctorigdst ${eip} --ctreplsrc ${privateIp}`;
