import { defineAction } from '../action.js';
import { showKeyPair } from '../../model/key-pair.js';
import { text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeUhostKeyPairs = defineAction({
  name: 'DescribeUHostKeyPairs',
  summary: 'Lists key pairs.',
  params: { KeyPairName: text({ max: 63 }), KeyPairFingerPrint: text({ max: 100 }), ...paging },
  handle({ KeyPairName, KeyPairFingerPrint, ...paged }, scope) {
    const found = scope
      .list('keyPair')
      .filter(({ name, fingerprint }) => name.includes(KeyPairName ?? '') && (KeyPairFingerPrint ?? fingerprint) === fingerprint);
    return { TotalCount: found.length, KeyPairs: page(found, paged).map(showKeyPair) };
  },
});
