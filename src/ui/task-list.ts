import { Listr, Spinner, type ListrRenderer } from 'listr2';
import { createLiveArea, type LiveArea, type TerminalStream } from './live-area.js';
import type { Row } from './plan-rows.js';

export interface TaskListOptions {
  readonly rows: readonly Row[];
  readonly stream: TerminalStream & {
    on(event: 'resize', listener: () => void): unknown;
    off(event: 'resize', listener: () => void): unknown;
  };
  readonly spinner: readonly string[];
  /** The list as it looks now. */
  readonly frame: (spinner: string) => readonly string[];
}

export interface TaskList {
  redraw(): void;
  /** Writes above the list. */
  above(write: () => void): void;
  /** Takes the list off the screen at once. */
  stop(): void;
}

interface RendererOptions {
  readonly onRender: () => void;
  readonly onEnd: () => void;
}

/**
 * Renders listr2's list. Its own renderer wraps rows at the terminal's first width, so a resize tears the list. It also
 * writes to standard output and hides the cursor, which a kill leaves hidden.
 */
class RowRenderer implements ListrRenderer {
  static readonly nonTTY = true;
  static readonly rendererOptions: Record<PropertyKey, unknown> = {};
  static readonly rendererTaskOptions: Record<PropertyKey, unknown> = {};
  readonly render: () => void;
  readonly end: () => void;

  constructor(_tasks: unknown, options: RendererOptions) {
    this.render = options.onRender;
    this.end = options.onEnd;
  }
}

/** The live list: a listr2 task for each row, ending when its step does. Never throws into the plan that it shows. */
export function startTaskList({ rows, stream, spinner: frames, frame }: TaskListOptions): TaskList {
  const area: LiveArea = createLiveArea(stream);
  const spinner = new Spinner();
  let position = 0;
  let stopped = false;
  const redraw = (): void => {
    if (!stopped) area.draw(frame(frames[position % frames.length] ?? ''));
  };
  const onRender = (): void => {
    if (stopped) return;
    stream.on('resize', redraw);
    spinner.start(() => {
      position++;
      redraw();
    });
    redraw();
  };
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    spinner.stop();
    stream.off('resize', redraw);
    area.clear();
  };
  const tasks = rows.map(({ title, finished }) => ({ title, task: () => finished }));
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: RowRenderer,
    rendererOptions: { onRender, onEnd: stop },
  });
  void list.run().catch(stop);
  return {
    redraw,
    above(write) {
      area.clear();
      write();
      redraw();
    },
    stop,
  };
}
