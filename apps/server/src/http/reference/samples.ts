/** The same request with curl, TypeScript and Python. */

import { type Example, filled } from '@sower/api/examples/filled';
import { EXAMPLES } from '@sower/api/examples/requests';
import { OPERATIONS, type Operation, type OperationName } from '@sower/api/operations';
import ANSWERS from './answers.json' with { type: 'json' };

export type Sample = { readonly language: string; readonly code: string };

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const python = (value: unknown): string =>
  JSON.stringify(value, null, 4).replace(
    /"(?:[^"\\]|\\.)*"|\btrue\b|\bfalse\b|\bnull\b/g,
    (part) => ({ true: 'True', false: 'False', null: 'None' })[part] ?? part,
  );
const typescript = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(/^( *)"(\w+)":/gm, '$1$2:');

export function samplesOf(name: OperationName): Sample[] {
  const operation: Operation = OPERATIONS[name];
  const { params, query, body, ifMatch } = filled<Example>(EXAMPLES[name], ANSWERS);
  const path = operation.path.replace(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(String(params?.[key])),
  );
  const search = new URLSearchParams(
    Object.entries(query ?? {}).map(([key, value]) => [key, String(value)]),
  ).toString();
  const address = `/api/v1${path}${search === '' ? '' : `?${search}`}`;

  const lines = [
    `curl ${operation.method === 'GET' ? '' : `-X ${operation.method} `}"$SOWER_URL${address}"`,
    ...credentials(operation),
    ...(ifMatch === undefined ? [] : [`-H 'If-Match: "${ifMatch}"'`]),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body, null, 2))}`]),
  ];
  const call = {
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  };
  const pythonCall = [
    `"${operation.method}"`,
    `"${address}"`,
    ...(body === undefined ? [] : [`body=${python(body)}`]),
    ...(ifMatch === undefined ? [] : [`if_match=${ifMatch}`]),
  ];
  return [
    { language: 'curl', code: lines.join(' \\\n  ') },
    {
      language: 'TypeScript',
      code: `${operation.response ? 'const answer = ' : ''}await sower('${name}', ${typescript(call)});`,
    },
    { language: 'Python', code: `${operation.response ? 'answer = ' : ''}sower(${pythonCall.join(', ')})` },
  ];
}

/** As a browser sends a session, and where it says that the request is from the server's own page. */
function credentials({ permission, user, ownSession, method }: Operation): string[] {
  if (permission !== undefined) return ['-H "Authorization: Bearer $SOWER_API_KEY"'];
  if (!user && !ownSession) return [];
  return [
    `-b "${user ? '__Host-sower-user' : '__Host-sower-session'}=$SESSION"`,
    ...(method === 'GET' ? [] : ['-H "Origin: $SOWER_URL"']),
  ];
}
