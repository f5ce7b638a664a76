import { describe, expect, test } from 'vitest';
import { readMachineLine } from '../../../src/tools/packer-output.js';

describe('a line of packer', () => {
  test('for people', () => {
    expect(readMachineLine('1790000000,,ui,say,==> ucloud-uhost: Creating Instance...')).toEqual({
      kind: 'ui',
      level: 'say',
      text: 'Creating Instance...',
    });
    expect(readMachineLine('1790000000,,ui,message,    ucloud-uhost: a%!(PACKER_COMMA) b\\r\\n    ucloud-uhost: c')).toEqual({
      kind: 'ui',
      level: 'message',
      text: 'a, b\nc',
    });
  });

  test('with the images that were made', () => {
    const line = '1790000000,ucloud-uhost,artifact,0,id,org-demo:cn-bj2:uimage-aaa%!(PACKER_COMMA)org-demo:cn-sh2:uimage-bbb';
    expect(readMachineLine(line)).toEqual({ kind: 'artifact', ids: ['org-demo:cn-bj2:uimage-aaa', 'org-demo:cn-sh2:uimage-bbb'] });
    expect(readMachineLine('1790000000,ucloud-uhost,artifact,0,builder-id,ucloud.uhost')).toEqual({ kind: 'other' });
  });

  test('with an error', () => {
    expect(readMachineLine('1790000000,ucloud-uhost,error,no%!(PACKER_COMMA) really')).toEqual({ kind: 'error', text: 'no, really' });
  });

  test.each(['', 'panic: runtime error', 'goroutine 1 [running]:', '1790000000', ',,,', 'a,b,ui,say,x'])('of no such form: %j', (line) => {
    expect(readMachineLine(line)).toBeUndefined();
  });

  test('cut off anywhere is no trouble', () => {
    const line = '1790000000,ucloud-uhost,artifact,0,id,org-demo:cn-bj2:uimage-aaa%!(PACKER_COMMA)x:y:z';
    for (let length = 0; length <= line.length; length++) expect(() => readMachineLine(line.slice(0, length))).not.toThrow();
  });
});
