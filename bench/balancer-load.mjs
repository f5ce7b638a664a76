import { Agent, request } from 'node:http';

const CONNECTIONS = 6;
/** As fabio's route has it; the others do not look. */
const HOST = 'microbot.service.consul:9999';

/** GET after GET over some connections, until it is ended. */
export class Load {
  sent = 0;
  failed = 0;
  /** On a connection that the other side had closed before the request came: what every client sends again (RFC 9110, 9.2.2). */
  repeated = 0;
  reasons = new Set();
  #ended = false;
  #workers;

  constructor({ host, port }, { keepAlive }) {
    this.at = { host, port, headers: { host: HOST }, agent: new Agent({ keepAlive, maxSockets: CONNECTIONS }) };
    this.#workers = Array.from({ length: CONNECTIONS }, () => this.#work());
  }

  async end() {
    this.#ended = true;
    await Promise.all(this.#workers);
    this.at.agent.destroy();
    return { sent: this.sent, failed: this.failed, repeated: this.repeated, reasons: [...this.reasons] };
  }

  async #work() {
    while (!this.#ended) {
      this.sent++;
      let answer = await this.#get();
      if (answer === 'closed') {
        this.repeated++;
        answer = await this.#get();
      }
      if (answer === 'fine') continue;
      this.failed++;
      this.reasons.add(answer);
      // Whom nobody answers would be asked thousands of times.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #get() {
    return new Promise((resolve) => {
      const call = request(this.at, (reply) => {
        reply.resume();
        reply.on('end', () => resolve(reply.statusCode === 200 ? 'fine' : `status ${reply.statusCode}`));
        reply.on('error', (error) => resolve(error.message));
      });
      call.on('error', (error) => resolve(call.reusedSocket && error.code === 'ECONNRESET' ? 'closed' : error.message));
      call.end();
    });
  }
}
