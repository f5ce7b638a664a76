import { defineAction } from '../action.js';
import { neededName } from '../../params/shared-params.js';
import { keepKeyPair, newKeyPair, showKeyPair } from '../../model/key-pair.js';

export const createUhostKeyPair = defineAction({
  name: 'CreateUHostKeyPair',
  summary: 'Makes a key pair for ssh. The private key is answered, and not kept.',
  params: { KeyPairName: neededName() },
  handle({ KeyPairName }, scope) {
    const { publicKey, privateKey } = newKeyPair();
    const pair = keepKeyPair(scope, { name: KeyPairName, publicKey });
    return { KeyPair: { ...showKeyPair(pair), PrivateKeyBody: privateKey } };
  },
});
