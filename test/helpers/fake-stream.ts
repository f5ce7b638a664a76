import { PassThrough } from 'node:stream';

export interface FakeStream {
  readonly stream: NodeJS.WriteStream;
  /** Everything that was written. */
  text(): string;
}

/** A stream to write to that keeps what it gets, as a terminal of some width or as a pipe. */
export function fakeStream(terminal?: { readonly columns: number; readonly rows?: number }): FakeStream {
  const chunks: string[] = [];
  const pass = new PassThrough();
  pass.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const shape = terminal ? { isTTY: true, columns: terminal.columns, rows: terminal.rows ?? 24 } : {};
  return { stream: Object.assign(pass, shape) as unknown as NodeJS.WriteStream, text: () => chunks.join('') };
}
