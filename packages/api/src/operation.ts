/** What every entry of the operation table says of itself. */
import { z } from 'zod';
import { serialSchema, userIdSchema } from './fields.ts';
import type { Permission } from './permissions.ts';

export type Operation = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Absent: anyone may call (the session operations), or a user for themselves. */
  readonly permission?: Permission;
  /** For an administrator who is logged on, about themselves; no API key may. */
  readonly ownSession?: true;
  /** For a user who is logged on to the Self-Service Console, about what is theirs; no administrator and no API key may. */
  readonly user?: true;
  /**
   * A page asks it again and again by itself: it does not keep a session alive. Where people ask the same thing too, the page says which
   * it is, by the header {@link QUIET_HEADER}.
   */
  readonly quiet?: true;
  /**
   * It gives, changes or takes away something that opens doors: credentials, keys, factors, roles, log-on policies. A session must have
   * proved within minutes whose it is, with every factor its owner has; otherwise the answer is `proof-needed`. API keys are not asked.
   */
  readonly freshProof?: true;
  /**
   * Also for somebody whose password was given by somebody else, an administrator or a user: logging on and off, and changing it.
   * Everything else is answered with `password-change-needed` until then.
   */
  readonly beforePasswordChange?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent: 204, no content. */
  readonly response?: z.ZodType;
  /** Status of success when there is content; 200 unless said. */
  readonly created?: true;
  /** The request must name the version it edits in If-Match. */
  readonly ifMatch?: true;
  /** Octets of the largest request, where that is more than usual. */
  readonly bodyLimit?: number;
};

/** Sent with any value by a page that asks by itself. */
export const QUIET_HEADER = 'sower-quiet';

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() });

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(1000).default(50),
  cursor: z.string().max(512).optional(),
};

export const idParams = z.object({ id: z.string().min(1).max(64) });
export const serialParams = z.object({ serial: serialSchema });
export const userParams = z.object({ userId: userIdSchema });
