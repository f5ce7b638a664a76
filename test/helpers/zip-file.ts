import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Buffer;
  /** Unix mode with the file type, such as 0o120777 for a link. */
  readonly mode?: number;
}

/** A real zip archive, also of entries that no honest archiver would write (APPNOTE.TXT 4.3). */
export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const data = Buffer.from(entry.content);
    const packed = deflateRawSync(data);
    const name = Buffer.from(entry.name);
    const common = commonHeader(data, packed, name);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, name, packed]);
    const record = Buffer.alloc(14);
    record.writeUInt32LE((((entry.mode ?? 0o100755) << 16) >>> 0) as number, 6);
    record.writeUInt32LE(offset, 10);
    // Made by: Unix, so that the mode counts.
    central.push(Buffer.concat([Buffer.from('504b01021403', 'hex'), common, record, name]));
    locals.push(local);
    offset += local.length;
  }
  return Buffer.concat([...locals, ...central, endRecord(entries.length, Buffer.concat(central).length, offset)]);
}

function commonHeader(data: Buffer, packed: Buffer, name: Buffer): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(8, 4);
  header.writeUInt32LE(crc32(data), 10);
  header.writeUInt32LE(packed.length, 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('504b0506', 0, 'hex');
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
