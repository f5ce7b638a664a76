import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** Stands before a cloud and hands everything on, as it comes. */
export interface RecordingGateway {
  readonly url: string;
  /** Every root password that was sent through it, as people would type it. */
  readonly passwords: ReadonlySet<string>;
  /** Every document that was handed to a new host. */
  readonly userData: readonly string[];
}

/** For what the cloud itself rightly forgets: passwords that programs make up for hosts. */
export async function recordingGateway(target: string): Promise<RecordingGateway> {
  const passwords = new Set<string>();
  const userData: string[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const form = new URLSearchParams(body.toString());
      const [password, data] = [form.get('Password'), form.get('UserData')];
      if (password) passwords.add(Buffer.from(password, 'base64').toString());
      if (data) userData.push(Buffer.from(data, 'base64').toString());
      const onward = send(new URL(request.url ?? '/', target), { method: request.method, headers: request.headers }, (reply) => {
        response.writeHead(reply.statusCode ?? 502, reply.headers);
        reply.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, passwords, userData };
}
