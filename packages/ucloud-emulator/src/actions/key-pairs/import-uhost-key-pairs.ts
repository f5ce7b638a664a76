import { defineAction } from '../action.js';
import { neededName } from '../../params/shared-params.js';
import { keepKeyPair } from '../../model/key-pair.js';
import { required, text } from '../../params/param.js';

export const importUhostKeyPairs = defineAction({
  name: 'ImportUHostKeyPairs',
  summary: 'Keeps a public key for ssh.',
  params: {
    KeyPairName: neededName(),
    PublicKeyBody: required(
      text({ max: 8192, pattern: /^[a-z][\w@.-]+ [A-Za-z0-9+/=]+/, form: 'a line of authorized_keys', example: 'ssh-ed25519 AAAA' }),
    ),
  },
  handle({ KeyPairName, PublicKeyBody }, scope) {
    const pair = keepKeyPair(scope, { name: KeyPairName, publicKey: PublicKeyBody });
    return { KeyPairId: pair.id, KeyPairName, KeyPairFingerPrint: pair.fingerprint };
  },
});
