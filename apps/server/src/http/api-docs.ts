/** The description of the API (`--api-docs`), made when it is first read: it needs every schema in another form. */

import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { ApiContext } from '../api/call.ts';
import { openApi } from '../api/openapi.ts';
import { apiRoutes } from '../api/routes.ts';

/** What everything below /api has in common. */
export async function apiScope(api: FastifyInstance): Promise<void> {
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  await api.register(cookie);
  await api.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false, // strict-transport.ts sends it, for every edge
  });
}

export async function apiDocsRoutes(app: FastifyInstance, context: ApiContext): Promise<void> {
  let docs: Promise<FastifyInstance> | undefined;
  for (const url of ['/api/openapi.json', '/api/docs', '/api/docs/*']) {
    app.get(url, async ({ method, url: asked, headers }, reply) => {
      docs ??= describing(context);
      const {
        statusCode,
        headers: answered,
        rawPayload,
      } = await (await docs).inject({
        method: method as 'GET',
        url: asked,
        headers,
      });
      return reply.code(statusCode).headers(answered).send(rawPayload);
    });
  }
}

/** The same routes on a server that never listens. */
async function describing(context: ApiContext): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const api = Fastify({ routerOptions: { maxParamLength: 512 } });
  await apiScope(api);
  await api.register(swagger, openApi(context.version, context.publicUrl));
  await api.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    uiConfig: { validatorUrl: null },
  });
  api.get('/api/openapi.json', { schema: { hide: true } }, async () => api.swagger());
  await api.register(apiRoutes, context);
  await api.ready();
  return api;
}
