/** The pages of the API's reference, from its OpenAPI document. English, as the document is. */
import type { OperationName } from '@sower/api/operations';
import type { DescribedOperation, OpenApiDocument, Parameter } from './document.ts';
import { GETTING_STARTED } from './getting-started.ts';
import { type Html, html, marked } from './html.ts';
import { type Sample, samplesOf } from './samples.ts';
import { fieldsView, kindOf } from './schema-view.ts';

type Found = { readonly method: string; readonly path: string; readonly operation: DescribedOperation };

/** Of the tags whose titles are not their words. */
const TITLES: Readonly<Record<string, string>> = {
  'api-keys': 'API keys',
  'radius-clients': 'RADIUS clients',
  'self-service': 'Self-service',
  'second-approvals': 'Second approvals',
  'stand-ins': 'Stand-ins',
};
const titleOf = (tag: string): string =>
  TITLES[tag] ?? tag.charAt(0).toUpperCase() + tag.slice(1).replaceAll('-', ' ');

const SECURITY: Readonly<Record<string, string>> = {
  apiKey: 'an API key',
  administratorSession: 'an administrator’s session',
  userSession: 'a user’s session',
};

/** What it is called, if it has a name, and whether it has a mark. */
export type Organization = { readonly name: string; readonly hasMark: boolean };

/** Address of a page below `/api/docs/`, and its content. */
export function referencePages(
  document: OpenApiDocument,
  organization: Organization,
): ReadonlyMap<string, string> {
  const brand = organization.name || 'Sower';
  const all: Found[] = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const byTag = document.tags.map(({ name, description }) => ({
    name,
    description,
    operations: all.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const navigation = html`<nav aria-label="API reference">
<input type="search" id="search" placeholder="Search operations and schemas" aria-label="Search operations and schemas" autocomplete="off" hidden>
<p id="found" role="status" class="quiet"></p>
<details class="all" open><summary>Operations and schemas</summary>
<ul class="first"><li><a href="/api/docs">Getting started</a></li><li><a href="/api/docs/schemas">Schemas</a></li></ul>
${byTag.map(
  ({
    name,
    operations,
  }) => html`<details class="tag" data-tag="${name}"><summary>${titleOf(name)}</summary><ul>
<li><a href="/api/docs/${name}">All of ${titleOf(name)}</a></li>
${operations.map(
  ({ method, path, operation }) =>
    html`<li data-words="${`${operation.operationId} ${path}`.toLowerCase()}"><a href="/api/docs/${name}#${operation.operationId}"><span class="method ${method.toLowerCase()}">${method}</span> ${operation.summary.replaceAll('`', '')}</a></li>`,
)}</ul></details>`,
)}
<details class="tag" data-tag="schemas"><summary>Schemas</summary><ul>${Object.keys(
    document.components.schemas,
  ).map(
    (name) =>
      html`<li data-words="${name.toLowerCase()}"><a href="/api/docs/schemas#${name}">${name}</a></li>`,
  )}</ul></details>
</details>
</nav>`;
  const page = (title: string, content: Html): string =>
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – ${brand} API</title>
<link rel="icon" href="/look/sower.svg" type="image/svg+xml">
<link rel="stylesheet" href="/look/look.css">
<link rel="stylesheet" href="/look/palette.css">
<link rel="stylesheet" href="/api/docs/reference.css">
<script src="/api/docs/reference.js" defer></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header><a class="brand" href="/api/docs">${
      organization.hasMark
        ? html`<img class="mark" src="/look/mark" alt="${brand}">`
        : html`<img src="/look/sower.svg" alt="" width="32" height="32"> ${brand}`
    } <span>API reference</span></a><span class="version">${document.info.version}</span></header>
<div class="columns">
${navigation}
<main id="content" tabindex="-1">${content}</main>
</div>
</body>
</html>
`.text;
  return new Map([
    ['', page('Getting started', overview(document, byTag))],
    ['schemas', page('Schemas', schemasPage(document))],
    ...byTag.map(
      ({ name, description, operations }) =>
        [
          name,
          page(
            titleOf(name),
            html`<h1>${titleOf(name)}</h1><p>${description}</p>
${operations.map((found) => operationView(found, document))}`,
          ),
        ] as const,
    ),
  ]);
}

function overview(
  document: OpenApiDocument,
  tags: readonly {
    readonly name: string;
    readonly description: string;
    readonly operations: readonly Found[];
  }[],
): Html {
  return html`<h1>Getting started</h1>
<p>${document.info.description}</p>
<h2>The first call</h2>
<p>Make an API key in the Security Console under <em>Administration › API Keys</em>, or with <code>sower api-key add</code>; it is shown once, and may do what its permissions say. Then list the users whose name begins with <em>ada</em>:</p>
${codeView(GETTING_STARTED, 'getting-started')}
<p>If the server has a certificate of its own authority, programs need that: <code>--cacert</code> of curl, <code>NODE_EXTRA_CA_CERTS</code> of Node.js, <code>SSL_CERT_FILE</code> of Python. The TypeScript client is the package <code>@sower/api</code>; every request and every answer is typed, and answers are checked.</p>
<h2>What all operations have in common</h2>
<dl>
<dt>Who may call</dt><dd>Each operation names its permission. Programs send <code>Authorization: Bearer</code> with an API key. The consoles send the cookie of a session, and what changes something has to come from the same site.</dd>
<dt>Problems</dt><dd>Whatever is refused is answered with <code>application/problem+json</code> (RFC 9457): <code>code</code> for programs, <code>detail</code> for people in the language of <code>Accept-Language</code>, <code>errors</code> for each field. See <a href="/api/docs/schemas#Problem">Problem</a>.</dd>
<dt>Lists</dt><dd>come in pages of <code>limit</code>. If there are more, the answer has <code>next</code>: repeat the request with it as <code>cursor</code>. Sorted by something that is changed meanwhile, such as a last name, a row may be on two pages or on none: sort by what does not change, or recognize it by its ID.</dd>
<dt>Changes by others</dt><dd>What can be edited has a <code>version</code>, also as <code>ETag</code>. An edit sends it in <code>If-Match</code>; if someone was faster, the answer is <code>412</code> and nothing is changed.</dd>
<dt>Times</dt><dd>are ISO 8601 in UTC, dates <code>YYYY-MM-DD</code>. Serial numbers are 12 digits, or what the maker of a token wrote on it, in upper case.</dd>
</dl>
<p>The <a href="/api/openapi.json">OpenAPI document</a> is what these pages are made from.</p>
<h2>Operations</h2>
<ul class="tags">${tags.map(
    ({ name, description, operations }) =>
      html`<li><a href="/api/docs/${name}">${titleOf(name)}</a> <span class="quiet">${operations.length}</span><p>${description}</p></li>`,
  )}</ul>`;
}

const schemasPage = (document: OpenApiDocument): Html =>
  html`<h1>Schemas</h1>
${Object.entries(document.components.schemas).map(
  ([name]) =>
    html`<section class="schema" id="${name}"><h2><a href="#${name}">${name}</a></h2>${fieldsView({ $ref: `#/components/schemas/${name}` }, document.components.schemas, ['', '', ''])}</section>`,
)}`;

function operationView({ method, path, operation }: Found, document: OpenApiDocument): Html {
  const { schemas } = document.components;
  const parameters = operation.parameters ?? [];
  const body = operation.requestBody?.content['application/json'];
  const [status, success] = Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? [];
  const answer = success?.content?.['application/json'];
  const problem = operation.responses['4XX']?.content?.['application/problem+json']?.example;
  const example = answer?.example ?? problem;
  const name = operation.operationId;
  return html`<section class="operation" id="${name}">
<h2><a href="#${name}">${marked(operation.summary)}</a></h2>
<p class="line"><span class="method ${method.toLowerCase()}">${method}</span> <code>${path}</code> <span class="quiet">${name}</span></p>
<p class="who">${whoMay(operation)}</p>
<div class="halves"><div>
${parameters.length > 0 && html`<h3>Parameters</h3><ul class="fields">${parameters.map(parameterView)}</ul>`}
${body && html`<h3>Request</h3>${fieldsView(body.schema, schemas)}`}
<h3>Answer <span class="quiet">${status}</span></h3>
${answer ? fieldsView(answer.schema, schemas) : html`<p>Nothing.</p>`}
</div><div class="samples">
<h3>Example</h3>
${codeView(samplesOf(name as OperationName), name)}
${example !== undefined && html`<h4>${problem ? 'Answer of a server that has nothing of the kind' : 'Answer'}</h4><pre tabindex="0"><code>${JSON.stringify(example, null, 2)}</code></pre>`}
</div></div>
</section>`;
}

function whoMay({ security, description }: DescribedOperation): Html {
  const means = security.flatMap((each) => Object.keys(each)).map((name) => SECURITY[name]);
  return html`${means.length === 0 ? 'Anyone may call it.' : `With ${means.join(' or ')}.`} ${description !== undefined && html`${marked(description)}.`}`;
}

const parameterView = ({ name, in: location, required, description, schema }: Parameter): Html => html`<li>
<div class="field"><code class="name">${name}</code> <span class="kind">${kindOf(schema)}</span> <span class="quiet">${location}</span>${required && html` <span class="required">required</span>`}</div>
${(description ?? schema.description) !== undefined && html`<p>${marked(description ?? schema.description ?? '')}</p>`}
${schema.enum && html`<p class="values">${schema.enum.map((value) => html`<code>${String(value)}</code> `)}</p>`}
${schema.default !== undefined && html`<p class="limits">default ${JSON.stringify(schema.default)}</p>`}
</li>`;

/** One of them is open at a time, without a script. */
const codeView = (samples: readonly Sample[], group: string): Html =>
  html`${samples.map(
    ({ language, code }, index) =>
      html`<details class="code" name="${group}-code"${index === 0 && html` open`}><summary>${language}</summary><pre tabindex="0"><code>${code}</code></pre></details>`,
  )}`;
