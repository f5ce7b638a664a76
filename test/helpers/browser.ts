import { chromium, type Browser, type BrowserContext, type Locator } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { requireTool } from './require-tool.js';

/** Whether there is a browser; `NOMADCTL_REQUIRE=chromium` makes its absence a failure. */
export const hasBrowser = (): boolean => requireTool('chromium') !== undefined;

/** A real browser without a window, of the system's packages. The caller closes it. */
export function startBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  // Chromium's sandbox wants another user than root.
  return chromium.launch({ executablePath: requireTool('chromium') ?? '', args: isRoot ? ['--no-sandbox'] : [] });
}

export interface SeenByBrowser {
  readonly context: BrowserContext;
  /** Everything that pages were sent, headers included; what streams on is missing. */
  replies(): Promise<string[]>;
  /** Complaints of the browser about policies of pages. */
  readonly violations: string[];
}

/** A profile of its own, which remembers what came in. */
export async function openProfile(browser: Browser): Promise<SeenByBrowser> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  // What these pages load takes a busy computer long.
  context.setDefaultTimeout(90_000);
  onTestFinished(() => context.close());
  const bodies: Promise<string>[] = [];
  const violations: string[] = [];
  context.on('response', (response) => {
    const told = async (): Promise<string> => {
      const headers = JSON.stringify(await response.allHeaders());
      const ended = await response.finished().catch((error: unknown) => error);
      return `${response.url()}\n${headers}\n${ended ? '' : await response.text().catch(() => '')}`;
    };
    bodies.push(told().catch(() => ''));
  });
  context.on('console', (message) => {
    if (/Content.Security.Policy|MIME type|blocked by/i.test(message.text())) violations.push(message.text());
  });
  const patience = (): Promise<string> => new Promise((resolve) => setTimeout(() => resolve(''), 2000));
  return { context, violations, replies: () => Promise.all(bodies.map((body) => Promise.race([body, patience()]))) };
}

/**
 * Waits until a page of Nomad's or Consul's shows something. When one request of theirs is lost, these pages say so and never
 * ask again: as a person would, it loads the page anew. What the page said instead is in the error.
 */
export async function shown(locator: Locator): Promise<void> {
  const page = locator.page();
  for (let loads = 1; ; loads += 1) {
    try {
      return await locator.first().waitFor({ timeout: 30_000 });
    } catch (error) {
      const words = await page.innerText('body').catch(() => 'nothing');
      if (loads === 3) throw new Error(`${page.url()} says:\n${words}`, { cause: error });
      await page.reload();
    }
  }
}
