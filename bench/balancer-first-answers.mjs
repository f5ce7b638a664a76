import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** Between two requests; whoever is late anyway is asked less often, so that its requests take no time from the others. */
const EAGER_MS = 2;
const PATIENT_MS = 25;
const LATE_MS = 500;
/** Shown as it is: whoever has not followed by then counts with all of that. */
const NEVER_MS = 30_000;

/** How soon a balancer has requests answered by allocations that have just become healthy: one request after the other, whoever is awaited. */
export class FirstAnswers {
  #awaited = new Map();

  constructor({ host, port }) {
    this.at = { host, port, headers: { host: 'microbot.service.consul:9999' }, agent: false };
  }

  /** Milliseconds from now until the allocation has answered. */
  of(id) {
    const isIdle = this.#awaited.size === 0;
    const answer = new Promise((resolve) => this.#awaited.set(id, { since: performance.now(), resolve }));
    if (isIdle) void this.#ask();
    return answer;
  }

  async #ask() {
    while (this.#awaited.size > 0) {
      const page = await this.#once();
      for (const [id, { since, resolve }] of this.#awaited) {
        const took = performance.now() - since;
        if (!page.includes(id) && took < NEVER_MS) continue;
        this.#awaited.delete(id);
        resolve(Math.round(Math.min(took, NEVER_MS)));
      }
      await delay([...this.#awaited.values()].some(({ since }) => performance.now() - since < LATE_MS) ? EAGER_MS : PATIENT_MS);
    }
  }

  #once() {
    return new Promise((resolve) => {
      const call = request(this.at, (reply) => {
        let page = '';
        reply.on('data', (chunk) => (page += chunk)).on('end', () => resolve(page));
      });
      call.on('error', () => resolve('')).end();
    });
  }
}
