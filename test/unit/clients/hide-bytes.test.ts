import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { blankOf, hideBytes } from '../../../src/clients/relay/hide-bytes.js';

const SECRET = '1b2c3d4e-aaaa-bbbb-cccc-111122223333';
const BLANK = '00000000-0000-0000-0000-000000000000';

function through(chunks: readonly string[]): Promise<string> {
  const stream = hideBytes(SECRET);
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return text(stream);
}

describe('hideBytes', () => {
  it('blanks a value of the same length', () => {
    expect(blankOf(SECRET)).toBe(BLANK);
    expect(blankOf('plain')).toBe('00000');
  });

  it('blanks it wherever it is cut', async () => {
    const whole = `{"SecretID":"${SECRET}","again":"${SECRET}"}`;
    for (let cut = 0; cut <= whole.length; cut++)
      expect(await through([whole.slice(0, cut), whole.slice(cut)])).toBe(`{"SecretID":"${BLANK}","again":"${BLANK}"}`);
    expect(await through([...whole])).not.toContain(SECRET);
  });

  it('leaves what is only like it', async () => {
    for (const like of [SECRET.slice(0, -1), SECRET.slice(1), SECRET.toUpperCase(), `1b2c1b2c3d4`])
      expect(await through([like])).toBe(like);
  });

  it('leaves bytes that are no text', async () => {
    const bytes = Buffer.from(Array.from({ length: 512 }, (_, index) => index % 256));
    const stream = hideBytes(SECRET);
    stream.end(bytes);
    const seen: Buffer[] = [];
    for await (const chunk of stream) seen.push(chunk as Buffer);
    expect(Buffer.concat(seen).equals(bytes)).toBe(true);
  });

  it('holds nothing back that cannot be its beginning', async () => {
    const stream = hideBytes(SECRET);
    stream.write('{"event":1}\n');
    expect(String(stream.read())).toBe('{"event":1}\n');
    stream.write('then 1b2c');
    expect(String(stream.read())).toBe('then ');
    stream.end();
    expect(await text(stream)).toBe('1b2c');
  });
});
