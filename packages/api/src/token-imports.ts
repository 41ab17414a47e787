/** Importing tokens with their seeds from a file: a job that first says what it would do with each record, and then waits to be started. */
import { OATH_COLUMNS, OATH_LAYOUTS } from '@sower/otp/oath-row';
import { z } from 'zod';
import { MAX_JOB_ROWS } from './bulk.ts';
import { dateSchema, domainReference, nameSchema, strict } from './fields.ts';
import { JOB_MADE, jobSchema } from './jobs.ts';
import { post } from './operation.ts';
import { tokenKinds } from './tokens.ts';
import { DELIMITERS } from './user-columns.ts';

/** Octets of a file. */
export const MAX_TOKEN_FILE = 16 * 1024 * 1024;
/** Its characters in Base64, and what is around them. */
const MAX_BASE64 = Math.ceil(MAX_TOKEN_FILE / 3) * 4;

/** `privacyidea` is its encrypted export; its others are `pskc` and `csv`. */
export const TOKEN_FILE_FORMATS = ['pskc', 'sdtid', 'csv', 'otpauth', 'privacyidea'] as const;
export type TokenFileFormat = (typeof TOKEN_FILE_FORMATS)[number];

/** What becomes of a record whose serial number is here already. */
export const EXISTING_TOKENS = ['skip', 'replace', 'stop'] as const;

/**
 * What becomes of PINs. `new`: a user chooses one at the next logon if the policy requires it. `carry`: the user keeps the PIN that the file has in
 * the clear, and chooses one if it has none or the policy would refuse it. `none`: the tokencode alone is the passcode.
 */
export const IMPORTED_PINS = ['new', 'carry', 'none'] as const;
export type ImportedPins = (typeof IMPORTED_PINS)[number];

/** Formats of which parts can be read by themselves: lines, and documents that are cut into documents. */
export const PART_FORMATS = ['csv', 'otpauth', 'pskc', 'sdtid'] as const;
export type PartFormat = (typeof PART_FORMATS)[number];
/** Octets of a part. */
export const MAX_TOKEN_PART = 256 * 1024;
/** Characters of the owners of a part. */
const MAX_PART_OWNERS = 131_072;
/** Records of an import in parts. */
export const MAX_PART_ROWS = 10_000_000;

/** How each part is read. The columns by name: each part begins with the row that names them. */
export const readingOfPartsSchema = z.strictObject({
  format: z.enum(PART_FORMATS),
  layout: z.enum(OATH_LAYOUTS).optional(),
  delimiter: z.enum(DELIMITERS).default(','),
  columns: z.partialRecord(z.enum(OATH_COLUMNS), z.string().max(1000)).optional(),
});
export type ReadingOfParts = Readonly<z.infer<typeof readingOfPartsSchema>>;

/** What becomes of the tokens, however the file comes. */
const plan = {
  /** A name for people; it has to be typed to start the job, and is the batch of the tokens. */
  name: nameSchema,
  existing: z.enum(EXISTING_TOKENS).default('skip'),
  /** See {@link IMPORTED_PINS}. A PIN is carried for tokens with an owner only. */
  pins: z.enum(IMPORTED_PINS).default('new'),
  kind: z.enum(tokenKinds).default('hardware'),
  /** Whether tokens with an owner are enabled. Those without are disabled until they are assigned. */
  enabled: z.boolean().default(false),
  /** For tokens whose record names none. */
  maker: z.union([nameSchema, z.literal('')]).default(''),
  formFactor: z.union([nameSchema, z.literal('')]).default(''),
  /** For tokens whose record has no end; by default as long as tokens are valid here. */
  expiresOn: dateSchema.optional(),
  /** ID or name, for tokens without an owner. */
  securityDomain: domainReference.optional(),
};

/** What opens the file, or a part of it. */
const secrets = {
  password: z.string().min(1).max(1024).optional(),
  /** Hexadecimal, Base64 or Base64 for URLs; also the one that a password of a PSKC file was derived to. */
  key: z.string().min(1).max(256).optional(),
};

const importTokensSchema = z
  .strictObject({
    ...plan,
    file: z.base64().min(1).max(MAX_BASE64).meta({ description: 'The file, in Base64. It is never stored.' }),
    /** Absent: recognized. */
    format: z.enum(TOKEN_FILE_FORMATS).optional(),
    ...secrets,
    /** Of a CSV file without named columns. */
    layout: z.enum(OATH_LAYOUTS).optional(),
    delimiter: z.enum(DELIMITERS).optional(),
    /** Name of each column in the first row of a CSV file, or its number from 1 if that row is a token. */
    columns: z.partialRecord(z.enum(OATH_COLUMNS), z.string().max(1000)).optional(),
    /** A second file, CSV: serial number and user ID. It comes before what the first one says. */
    owners: z.string().max(MAX_TOKEN_FILE).optional(),
  })
  .meta({
    id: 'TokenImport',
    description: `Up to ${MAX_JOB_ROWS} tokens with their seeds.`,
  });

const openTokenImportSchema = z.strictObject({ ...plan, reading: readingOfPartsSchema }).meta({
  id: 'TokenImportInParts',
  description: `Up to ${MAX_PART_ROWS} tokens with their seeds, in parts.`,
});
export type OpenTokenImport = z.infer<typeof openTokenImportSchema>;

const tokenImportPartSchema = strict('TokenImportPart', {
  /** How many records the server has of the parts before: a part is stored once, however often it is sent. */
  from: z.int().min(0).max(MAX_PART_ROWS),
  /** What its first line is in the file; of PSKC and sdtid, its first record. */
  line: z.int().min(1).default(1),
  file: z
    .base64()
    .min(1)
    .max(Math.ceil(MAX_TOKEN_PART / 3) * 4)
    .meta({
      description:
        'Whole records as text in UTF-8, in Base64; of PSKC and sdtid, a whole document. It is never stored.',
    }),
  ...secrets,
  /** CSV: serial numbers in this part, and the user ID of each. It comes before what the part says. */
  owners: z.string().max(MAX_PART_OWNERS).optional(),
});
export type TokenImportPart = z.infer<typeof tokenImportPartSchema>;

export type ImportTokens = z.infer<typeof importTokensSchema>;
export type ImportTokensInput = z.input<typeof importTokensSchema>;

export const TOKEN_IMPORT_OPERATIONS = {
  importTokens: post(
    '/jobs/token-imports',
    'tokens:mint',
    'Create a job that imports tokens with their seeds from a file: it checks every record and then waits to be started',
    { ...JOB_MADE, body: importTokensSchema, bodyLimit: 2 * MAX_TOKEN_FILE + MAX_BASE64 },
  ),
  openTokenImport: post(
    '/jobs/token-imports/parts',
    'tokens:mint',
    'Create a job that imports tokens from a file of any length, which follows in parts; without a part for an hour it is canceled',
    { ...JOB_MADE, body: openTokenImportSchema },
  ),
  addTokenImportPart: post(
    '/jobs/:id/parts',
    'tokens:mint',
    'Add the next part of a file to an import of tokens; `total` says where the next one begins',
    { body: tokenImportPartSchema, response: jobSchema, bodyLimit: 2 * MAX_TOKEN_PART + 2 * MAX_PART_OWNERS },
  ),
  endTokenImport: post(
    '/jobs/:id/parts/end',
    'tokens:mint',
    'Say that an import of tokens has all parts: it checks every record and then waits to be started',
    {
      body: strict('EndOfTokenImport', {
        /** Records of all parts. */
        total: z.int().min(1).max(MAX_PART_ROWS),
      }),
      response: jobSchema,
    },
  ),
};
