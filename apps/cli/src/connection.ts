/** Finds the server and its API key, and makes the typed client. Verification of the certificate cannot be switched off here. */

import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ApiClient, apiClient } from '@sower/api/client';
import { objectIn } from '@sower/api/json';
import { HOUR, MINUTE } from '@sower/api/time';
import { contextNamed } from './contexts.ts';
import { type HttpClient, httpClient, isLoopback, type Trust } from './http.ts';
import { type Failure, fail, type Result, success } from './outcome.ts';
import { withProgress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';
import { language, t } from './texts.ts';

/** Thrown when a request gets no answer from the API: the only exception, to pass a failure through the client. */
export class NotAnswered extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.message);
    this.failure = failure;
  }
}

type ServerAddress = {
  readonly url: URL;
  readonly apiKey: string;
  readonly trust: Trust;
  /** Data folder it was read from. */
  readonly folder?: string;
  readonly warnings: readonly string[];
};

export type Connection = {
  readonly api: ApiClient;
  readonly address: ServerAddress;
  readonly close: () => void;
};

const LIMITS = { timeoutMs: MINUTE, maxBytes: 64 * 1024 * 1024 };
/** A proof of fifty million audit rows takes most of an hour. */
const LONG_MS = 6 * HOUR;

/**
 * What was named goes before the environment, and that before the current context. A data folder is the default of a host with a server, on
 * which no one has logged in to another.
 */
export function findServer(
  terminal: Terminal,
  { data, context }: { readonly data?: string | undefined; readonly context?: string | undefined },
): Result<ServerAddress> {
  const { SOWER_URL, SOWER_API_KEY, SOWER_CA, SOWER_DATA } = terminal.env;
  if (data !== undefined) return fromFolder(resolve(data));
  if (context === undefined) {
    if (SOWER_URL) return fromEnvironment(SOWER_URL, SOWER_API_KEY, SOWER_CA);
    if (SOWER_DATA) return fromFolder(resolve(SOWER_DATA));
  }
  const named = contextNamed(terminal, context);
  if (!named.ok) return named;
  if (named.value === undefined) return fromFolder(resolve('data'));
  const { name, url, apiKey, ca } = named.value;
  return serverAt(url, apiKey, ca === undefined ? {} : { ca }, name, []);
}

function fromEnvironment(url: string, apiKey: string | undefined, caFile: string | undefined) {
  if (!apiKey) {
    return fail('usage', 'api-key-missing', t('connection.keyMissing'), {
      next: t('connection.keyMissingNext'),
    });
  }
  let ca: string | undefined;
  if (caFile) {
    const read = readText(caFile);
    if (!read.ok) return fail('usage', 'ca-unreadable', t('connection.caUnreadable', { why: read.message }));
    ca = read.value;
  }
  return serverAt(url, apiKey, ca === undefined ? {} : { ca }, 'SOWER_URL', []);
}

function fromFolder(folder: string): Result<ServerAddress> {
  const file = join(folder, 'server.json');
  const described = readText(file);
  const key = readText(join(folder, 'admin-api-key'));
  if (!described.ok || !key.ok) {
    const missing = described.ok ? key : described;
    if (!missing.ok && missing.reason === 'missing') {
      return fail('unreachable', 'no-server', t('connection.noServer', { folder }), {
        next: t('connection.noServerNext'),
      });
    }
    return missing as Failure;
  }
  const description: Readonly<Record<string, unknown>> = objectIn(described.value) ?? {};
  const { url, serverName, ca: caPath } = description;
  if (typeof url !== 'string') {
    return fail('usage', 'broken-address', t('connection.broken', { file }), {
      next: t('connection.brokenNext'),
    });
  }
  let ca: string | undefined;
  if (typeof caPath === 'string') {
    const read = readText(resolve(folder, caPath));
    if (!read.ok) return fail('usage', 'ca-unreadable', read.message);
    ca = read.value;
  }
  const keyFile = join(folder, 'admin-api-key');
  const open = (statSync(keyFile).mode & 0o077) !== 0;
  const trust: Trust = {
    ...(ca === undefined ? {} : { ca }),
    ...(typeof serverName === 'string' && serverName !== '' ? { serverName } : {}),
  };
  const warnings = open ? [t('file.open', { file: keyFile })] : [];
  const found = serverAt(url, key.value.trim(), trust, file, warnings);
  return found.ok ? success({ ...found.value, folder }) : found;
}

export function serverAt(text: string, apiKey: string, trust: Trust, source: string, warnings: string[]) {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return fail('usage', 'broken-address', t('connection.notHttps', { source, address: text }));
  }
  if (url.protocol === 'http:' && !isLoopback(url)) {
    return fail('usage', 'plain-http', t('connection.plainHttp', { source, host: url.host }), {
      next: t('connection.useHttps'),
    });
  }
  return success({ url, apiKey, trust, warnings });
}

function readText(path: string): Result<string> {
  try {
    return success(readFileSync(path, 'utf8'));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return fail(
      'usage',
      code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable',
      code === 'EACCES' ? t('file.forbidden', { file: path }) : t('file.unreadable', { file: path, code }),
      code === 'EACCES' ? { next: t('connection.runAsServer') } : {},
    );
  }
}

export function connect(terminal: Terminal, address: ServerAddress): Connection {
  const http: HttpClient = httpClient(address.trust, LIMITS);
  const api = apiClient(async ({ method, path, headers, body, long }) => {
    const reply = await withProgress(
      terminal,
      { message: t('connection.waiting', { host: address.url.host }) },
      () =>
        http.send({
          url: new URL(address.url.pathname.replace(/\/$/, '') + path, address.url),
          method,
          headers: { ...headers, 'user-agent': 'sower-cli', 'accept-language': language() },
          ...(body === undefined ? {} : { body }),
          ...(long && { timeoutMs: LONG_MS }),
        }),
    );
    if (!reply.ok) throw new NotAnswered(withNextStep(reply, address));
    return { status: reply.value.status, body: Buffer.from(reply.value.body).toString('utf8') };
  }, address.apiKey);
  return { api, address, close: http.close };
}

function withNextStep(failure: Failure, address: ServerAddress): Failure {
  if (failure.exit === 'untrusted') {
    return {
      ...failure,
      next: address.folder === undefined ? t('connection.setCa') : t('connection.restart'),
    };
  }
  return {
    ...failure,
    next: address.folder === undefined ? t('connection.checkUrl') : t('connection.start'),
  };
}
