/** The produced OpenAPI document as a check: the harness holds every answer of the API against it. */
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
};

type MediaTypes = Record<string, { schema?: { $ref?: string } }>;
export type Described = {
  readonly operationId?: string;
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly parameters?: readonly { name: string; in: string; required?: boolean }[];
  readonly responses: Record<string, { description?: string; content?: MediaTypes }>;
};
export type OpenApiDocument = {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Described>>;
  readonly components: { securitySchemes: Record<string, object>; schemas: Record<string, object> };
};

/** The operation that a path is of; `undefined` for a path of none. The first that fits: fixed parts come before parameters. */
export function describedOperation(
  document: OpenApiDocument,
  method: string,
  path: string,
): Described | undefined {
  const parts = path.replace(/\?.*$/, '').split('/');
  const fits = Object.entries(document.paths).filter(([template, methods]) => {
    const names = template.split('/');
    return (
      methods[method.toLowerCase()] !== undefined &&
      names.length === parts.length &&
      names.every((name, place) => name === parts[place] || (name.startsWith('{') && parts[place] !== ''))
    );
  });
  const parameters = (template: string): number => template.split('{').length;
  const [best] = fits.sort(([a], [b]) => parameters(a) - parameters(b));
  return best?.[1][method.toLowerCase()];
}

/** Throws where an answer has a status or a media type that the document does not declare for its operation. */
export function assertDeclared(
  document: OpenApiDocument,
  method: string,
  path: string,
  { status, headers, body }: HttpAnswer,
): void {
  const operation = describedOperation(document, method, path);
  if (!operation) return;
  const where = `${method} ${path}: ${status}`;
  const response = operation.responses[status] ?? operation.responses[`${Math.floor(status / 100)}XX`];
  if (!response) throw new Error(`${where} is not declared`);
  const type = String(headers['content-type'] ?? '').split(';')[0] as string;
  if (!response.content) {
    if (body.length > 0) throw new Error(`${where} has content, and none is declared`);
  } else if (!(type in response.content)) {
    throw new Error(`${where} is of type ${type}, and ${Object.keys(response.content)} is declared`);
  }
}
