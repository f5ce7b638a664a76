/** Stands for whatever is put into a message. */
export const BLANK = '…';

/** What an answer says that comes from a site. */
export function messagePattern(site: string): RegExp {
  const message = site.slice(site.indexOf(': ') + 2).replace(/ \(\d+\)$/, '');
  return new RegExp(
    `^${message
      .split(BLANK)
      .map((part) => part.replace(/[\^$.*+?()[\]{}|/]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );
}
