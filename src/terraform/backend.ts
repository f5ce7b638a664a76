import type { ChildEnvironment } from '@nomadctl/base/secret/secret';

/** A root's state that is kept elsewhere than in its folder, by a backend of terraform's own. */
export interface RootBackend {
  readonly kind: 'consul' | 's3' | 'http';
  /** For people: `Consul at https://10.0.0.5:8501, nomadctl/prod/network/`. */
  readonly title: string;
  /** The configuration's `backend.tf`. Without credentials: terraform copies it into `.terraform` and every saved plan. */
  readonly configuration: string;
  /** Credentials, as terraform takes them. */
  readonly env: ChildEnvironment;
  /**
   * The state as terraform has it, a document of JSON; nothing where there is none. No lock is taken.
   * @throws ApiError or ToolError when the backend does not answer
   */
  read(): Promise<string | undefined>;
  /**
   * Keeps a state with its own lineage and serial, where none is or an older one of the same lineage. Equal ones are kept already.
   * @param overDamaged also over what is no state at all
   * @param overForeign also over another lineage: whoever says so has looked at both
   * @throws OutcomeError `state-foreign` rather than replace another lineage, `state-older` rather than go back, `state-unreadable`
   */
  keep(state: string, options?: { readonly overDamaged?: boolean; readonly overForeign?: boolean }): Promise<void>;
  /**
   * Puts a note in place of the state, which no terraform takes for one: whoever still looks for it here learns where it is.
   */
  leaveNote(note: MovedNote): Promise<void>;
  /** Takes away all that is kept under this name, notes too, and what terraform left of its locks. The caller has looked at it. */
  remove(): Promise<void>;
  /** Who holds terraform's own lock on the state. */
  lockHolder(): Promise<StateLock | undefined>;
  /** Takes terraform's own lock away from its holder. @throws OutcomeError `lock-stays` */
  breakLock(id: string): Promise<void>;
}

/** Terraform's own lock on a state, as it tells of it. */
export interface StateLock {
  readonly id: string;
  /** `user@host`. */
  readonly who: string;
  readonly operation: string;
  /** As terraform writes it: RFC 3339, or Go's own form. */
  readonly created: string;
}

/** A lock in terraform's own words, JSON; what is no such thing is a lock all the same. */
export function stateLockIn(text: string, id?: string): StateLock {
  let said: Readonly<Record<string, unknown>> = {};
  try {
    said = (JSON.parse(text) ?? {}) as typeof said;
  } catch {
    // Somebody else's.
  }
  const word = (name: string): string => (typeof said[name] === 'string' && said[name] !== '' ? said[name] : 'unknown');
  return { id: id ?? word('ID'), who: word('Who'), operation: word('Operation'), created: word('Created') };
}

/** What is left in the place of a state that was moved. */
export interface MovedNote {
  readonly nomadctl: 'moved';
  /** A place in words. */
  readonly to: string;
  /** `user@host`. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The note in a text, where it is one. */
export function movedNote(text: string | undefined): MovedNote | undefined {
  if (text?.includes('"nomadctl"') !== true) return undefined;
  try {
    const note = JSON.parse(text) as Partial<MovedNote>;
    return note.nomadctl === 'moved' ? (note as MovedNote) : undefined;
  } catch {
    return undefined;
  }
}
