/** The answer to one HTTP request, sent once. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type SerializeOptions, stringifySetCookie } from 'cookie';
import type { Request } from './request.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const WITHOUT_CONTENT: ReadonlySet<number> = new Set([204, 304]);

export class Reply {
  readonly raw: ServerResponse;
  readonly request: Request;
  statusCode = 200;
  sent = false;
  readonly #headers: OutgoingHttpHeaders = {};
  readonly #cookies = new Map<string, string>();
  readonly #onSend: (reply: Reply) => void;

  /** @param onSend called before the head of the answer is written */
  constructor(raw: ServerResponse, request: Request, onSend: (reply: Reply) => void) {
    this.raw = raw;
    this.request = request;
    this.#onSend = onSend;
  }

  code(status: number): this {
    this.statusCode = status;
    return this;
  }

  /** @param name in lower case */
  header(name: string, value: string): this {
    this.#headers[name] = value;
    return this;
  }

  headers(headers: Readonly<Record<string, string>>): this {
    Object.assign(this.#headers, headers);
    return this;
  }

  type(type: string): this {
    return this.header('content-type', type);
  }

  /** @param value undefined removes it from the browser */
  cookie(name: string, value: string | undefined, options: SerializeOptions): this {
    const cookie =
      value === undefined
        ? stringifySetCookie({ name, value: '', ...options, maxAge: 0, expires: new Date(1) })
        : stringifySetCookie({ name, value, ...options });
    this.#cookies.set(name, cookie);
    this.#headers['set-cookie'] = [...this.#cookies.values()];
    return this;
  }

  redirect(url: string, status: 302 | 308): this {
    return this.code(status).header('location', url).send();
  }

  json(value: unknown): this {
    this.#headers['content-type'] ??= JSON_TYPE;
    return this.send(JSON.stringify(value));
  }

  send(content?: string | Buffer): this {
    if (this.sent) throw new Error('an answer is sent once');
    this.sent = true;
    this.#onSend(this);
    const { statusCode } = this;
    if (!WITHOUT_CONTENT.has(statusCode))
      this.#headers['content-length'] = String(content === undefined ? 0 : Buffer.byteLength(content));
    this.raw.writeHead(statusCode, this.#headers);
    // Node.js sends no content in answer to HEAD.
    this.raw.end(WITHOUT_CONTENT.has(statusCode) ? undefined : content);
    return this;
  }
}
