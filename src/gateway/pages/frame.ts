import { html, type Html } from './html.js';

/** A page of ours. Style and script are files of their own: the policy of these pages takes no others. */
export function frame({ title, script, content }: { readonly title: string; readonly script: string; readonly content: Html }): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/style.css" />
        <script src="/${script}" defer></script>
      </head>
      <body>
        ${content}
      </body>
    </html> `.text;
}
