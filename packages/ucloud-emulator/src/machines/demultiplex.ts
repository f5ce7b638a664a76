/** Longer output is cut: what a host's programs say is shown in errors, not kept. */
const LONGEST = 64 * 1024;
const HEADER = 8;

/**
 * What a program in a container wrote. Both streams come in one, in frames: a byte that names the stream, three that are
 * zero, four with the length (https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach).
 */
export async function demultiplex(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  let waiting = Buffer.alloc(0);
  for await (const chunk of stream) {
    waiting = Buffer.concat([waiting, chunk]);
    for (let size = frameSize(waiting); size !== undefined && waiting.length >= HEADER + size; size = frameSize(waiting)) {
      const part = waiting.subarray(HEADER, HEADER + size).subarray(0, LONGEST - length);
      parts.push(part);
      length += part.length;
      waiting = waiting.subarray(HEADER + size);
    }
  }
  return Buffer.concat(parts).toString('utf8');
}

function frameSize(buffer: Buffer): number | undefined {
  return buffer.length < HEADER ? undefined : buffer.readUInt32BE(4);
}
