import type { StepOutcome } from './ui.js';

/** One column each. */
export interface Symbols {
  readonly mark: Readonly<Record<StepOutcome | 'waiting', string>>;
  readonly spinner: readonly string[];
  readonly ellipsis: string;
}

const unicode: Symbols = {
  mark: { done: '✔', adopted: '✔', skipped: '↓', failed: '✖', interrupted: '■', waiting: '·' },
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
  ellipsis: '…',
};

const ascii: Symbols = {
  mark: { done: '+', adopted: '+', skipped: '-', failed: 'x', interrupted: '!', waiting: '.' },
  spinner: ['|', '/', '-', '\\'],
  ellipsis: '~',
};

export function symbolsFor(isAscii: boolean): Symbols {
  return isAscii ? ascii : unicode;
}

const SPELLED: Readonly<Record<string, string>> = {
  '✔': '+',
  '↓': '-',
  '✖': 'x',
  '■': '!',
  '·': '-',
  '…': '...',
  '→': '->',
  '←': '<-',
  '≈': '~',
  '≥': '>=',
  '≤': '<=',
  '×': 'x',
  '–': '-',
  '—': '-',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '•': '*',
  '¥': 'CNY ',
};

/** Our own typography for terminals that cannot show it. Names from outside stay as they are. */
export function spellAscii(text: string): string {
  return text.replace(/[^\x00-\x7f]/g, (character) => SPELLED[character] ?? character);
}
