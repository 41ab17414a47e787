/** The tables of data keys; schema.ts has them all. */
import type { KeyState } from '../../keys/seal/key-ring.ts';

export type DataKeysTable = {
  /** From 1. */
  id: number;
  state: KeyState;
  /** Name of the master key that it came with. */
  master: string;
  changed_at: number;
  /** Made with the data key itself, over all of these. */
  mark: string;
  /** How far what is stored was sealed anew: JSON. */
  progress: string | null;
};

/** A data key, encrypted by a master key. */
export type KeyWrapsTable = { data_key: number; master: string; wrapped: string };

/** Processes that run while a data key replaces another, and what each has learned of it. */
export type KeyHoldersTable = {
  process: string;
  host: string;
  /** Grows as long as the process lives. */
  beat: number;
  /** The newest data key that it can open. */
  knows: number;
  /** The one that it seals under. */
  uses: number;
  /** Name of the master key that it would start with. */
  master: string;
};
