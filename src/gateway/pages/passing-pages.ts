import { frame } from './frame.js';
import { html } from './html.js';

/**
 * The answer to the first address. A redirect would not do: the browser counts the request that follows one to whoever opened the
 * first address, such as a file, and sends no cookie with it. This page goes on by itself, in the place of the first address, so that
 * the way back does not lead there.
 */
export function enterPage(): string {
  return frame({
    title: 'Signing in',
    script: 'enter.js',
    content: html`<main>
      <p>Signed in. <a href="/">Go on to the overview</a></p>
    </main>`,
  });
}

/** Leads to Consul's pages, which find out whether they are signed in from what lies in the browser's storage. */
export function consulPage(): string {
  return frame({
    title: 'Consul',
    script: 'consul.js',
    content: html`<main>
      <p>Opening <a href="/ui/">Consul's pages</a></p>
    </main>`,
  });
}
