import { createHash } from 'node:crypto';
import { defineAction } from '../action.js';
import { certificatesIn, keyIn } from '../../model/balancers/certificate.js';
import { neededName } from '../../params/shared-params.js';
import { choice, text, withDefault } from '../../params/param.js';
import { missing } from '../../params/refusal.js';

const LONGEST_PEM = 65_536;

export const createSsl = defineAction({
  name: 'CreateSSL',
  summary: 'Keeps a certificate for listeners; the private key only where hosts are real, and listeners with them.',
  params: {
    SSLName: neededName(),
    SSLType: withDefault(choice('Pem'), 'Pem'),
    SSLContent: text({ max: LONGEST_PEM }),
    UserCert: text({ max: LONGEST_PEM }),
    PrivateKey: text({ max: LONGEST_PEM }),
    CaCert: text({ max: LONGEST_PEM }),
  },
  handle({ SSLName, SSLContent, UserCert, PrivateKey, CaCert }, scope) {
    const content = SSLContent ?? (UserCert !== undefined && PrivateKey !== undefined ? `${UserCert}\n${CaCert ?? ''}` : undefined);
    if (content === undefined) throw missing('SSLContent');
    const hash = createHash('sha256').update(content).digest('hex');
    const key = scope.machines.real ? keyIn(PrivateKey ?? content) : undefined;
    const ssl = { ...scope.create('ssl', { name: SSLName }), content: hash, certificate: certificatesIn(content) };
    return { SSLId: scope.put('ssl', { ...ssl, ...(key === undefined ? {} : { key }) }).id };
  },
});
