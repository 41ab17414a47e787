/** What an operation of the API is, and the page that lists answer with. */
import { z } from 'zod';
import type { Permission } from './permissions.ts';

export type Operation = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Absent: anyone may call (the session operations). */
  readonly permission?: Permission;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Absent: 204, no content. */
  readonly response?: z.ZodType;
  /** Status of success when there is content; 200 unless said. */
  readonly created?: true;
  /** The request must name the version it edits in If-Match. */
  readonly ifMatch?: true;
};

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().optional() });
