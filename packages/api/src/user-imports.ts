/** Importing users from a file: a job that first says what it would do with each row, and then waits to be started. */
import { z } from 'zod';
import { MAX_JOB_ROWS } from './bulk.ts';
import { domainReference, nameSchema } from './fields.ts';
import { JOB_MADE } from './jobs.ts';
import { post } from './operation.ts';
import { DELIMITERS, FILE_FORMATS, USER_COLUMNS } from './user-columns.ts';

/** Characters of a file: enough for {@link MAX_JOB_ROWS} rows of people. */
export const MAX_USER_FILE = 2 * 8 * 1024 * 1024;

/** Whether users who are already there are changed. No one is ever deleted. */
export const EXISTING_USERS = ['skip', 'update'] as const;
export type ExistingUsers = (typeof EXISTING_USERS)[number];

const importUsersSchema = z
  .strictObject({
    /** A name for people; it has to be typed to start the job. */
    name: nameSchema,
    /** CSV with a header, or JSON lines: an object on each line. */
    file: z.string().min(1).max(MAX_USER_FILE),
    /** Absent: recognized, as is the delimiter. */
    format: z.enum(FILE_FORMATS).optional(),
    delimiter: z.enum(DELIMITERS).optional(),
    /** `false`: the first row is a user, and columns are called `1`, `2` and so on. */
    header: z.boolean().default(true),
    /** Name in the file of each column that counts. Absent: by usual names, such as `userId`, `login` or `mail`. */
    columns: z.partialRecord(z.enum(USER_COLUMNS), z.string().max(1000)).optional(),
    /** An empty cell changes nothing. */
    existing: z.enum(EXISTING_USERS).default('skip'),
    /** ID or name, for new users whose row names none. */
    securityDomain: domainReference.optional(),
  })
  .meta({
    id: 'UserImport',
    description: `Up to ${MAX_JOB_ROWS} users. Those that come from a directory are not changed.`,
  });

export type ImportUsers = z.infer<typeof importUsersSchema>;
export type ImportUsersInput = z.input<typeof importUsersSchema>;

export const USER_IMPORT_OPERATIONS = {
  importUsers: post(
    '/jobs/user-imports',
    'users:edit',
    'Create a job that imports users from a file: it checks every row and then waits to be started',
    { ...JOB_MADE, body: importUsersSchema, bodyLimit: 2 * MAX_USER_FILE },
  ),
};
