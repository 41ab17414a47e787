/** The listeners: HTTPS, RADIUS, metrics, ACME; and the certificate that they present, exchanged while they run. */

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Server as TlsServer } from 'node:tls';
import type { Registry } from '@prometheus-io/client';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { byOption } from '../core/network.ts';
import { listenForAcme } from '../http/acme-challenge.ts';
import { buildApp } from '../http/app.ts';
import { hostNames } from '../http/host-names.ts';
import { listenForMetrics } from '../http/side-listener.ts';
import { writePrivate } from '../keys/seal/private-file.ts';
import { type TlsMaterial, tlsListening, watchTlsFiles } from '../keys/x509/tls.ts';
import { startRadius } from '../radius/start.ts';
import type { WebServer } from '../web/server.ts';
import type { Composed } from './context.ts';
import { connectionLimits } from './descriptors.ts';
import type { Sources } from './foundation.ts';
import { localAddressText } from './ports.ts';
import { throttledLog } from './throttled-log.ts';
import type { Share } from './worker.ts';

/** For the command line on this host: where the server is, and the certificate that it presents, which is trusted regardless of who signed it. */
type HostFiles = {
  readonly notePresented: (material: TlsMaterial) => Promise<void>;
  readonly noteServer: (where: {
    readonly url: string;
    readonly serverName: string;
    readonly tls: boolean;
  }) => Promise<void>;
  readonly removeServer: () => Promise<void>;
  readonly removePresented: () => Promise<void>;
};

/** @param port in the name of the certificate's file: several processes may share the folder */
function hostFiles(dataFolder: string, port: number): HostFiles {
  const presented = `tls/presented-${port}.pem`;
  const server = join(dataFolder, 'server.json');
  return {
    async notePresented({ cert }) {
      await mkdir(join(dataFolder, 'tls'), { recursive: true, mode: 0o700 });
      await writePrivate(join(dataFolder, presented), cert, 0o644);
    },
    async noteServer({ url, serverName, tls }) {
      const ca = tls ? presented : null;
      await writePrivate(server, `${JSON.stringify({ url, serverName, ca }, null, 2)}\n`);
    },
    removeServer: () => rm(server, { force: true }),
    removePresented: () => rm(join(dataFolder, presented), { force: true }),
  };
}

/** For requests in flight. What takes longer is cut off, and nothing was promised to it. */
export const STOP_MILLISECONDS = 10_000;

export async function startListeners(
  config: Config,
  { context, publicHost, validation, noteRadius }: Composed,
  { monotonic }: Pick<Sources, 'monotonic'>,
  {
    log,
    share,
    processes,
  }: {
    readonly log: Logger;
    readonly share: Share | undefined;
    readonly processes: number;
  },
) {
  const { served, stopping } = context;
  const listening = (material: TlsMaterial) => tlsListening(material, config.tlsOldClients);
  const tls = served.material();
  const secure = tls && listening(tls);
  const { cap, most, stopLooking } = connectionLimits(config, processes, monotonic, log);
  const sharedPort = share !== undefined;
  const app = buildApp({
    context,
    log,
    tls: secure,
    validation: { ALPNCallback: validation.ALPNCallback },
    trustedProxies: config.trustedProxies,
    hosts: hostNames({ '/console': config.consoleHosts, '/self-service': config.selfServiceHosts }),
    apiDocs: config.apiDocs,
    accessLog: config.accessLog,
    connections: { cap, most: most.https },
  });
  await byOption('--listen', app.listen({ host: config.host, port: config.port, reusePort: sharedPort }));
  const { url, port } = whereItListens(app, config, secure !== undefined);
  const radius = await startRadius(
    context,
    {
      ...config.radius,
      radsec: config.radius.radsec && secure ? { ...config.radius.radsec, tls: secure } : undefined,
    },
    {
      count: context.counters.radius,
      countDrop: context.counters.radiusDropped,
      onError: throttledLog(log, monotonic, 'RADIUS failed'),
      connections: { cap, most: most.radsec },
      arrived: stopping.arrived,
      clock: monotonic,
      sharedPort,
    },
  );
  noteRadius(radius);
  const { metrics, challenges } = await startSideListeners(config, context, log, share);

  const files = hostFiles(config.dataFolder, port);
  if (tls) await files.notePresented(tls);
  served.watch(tls, async (material) => {
    const renewed = listening(material);
    if (app.server instanceof TlsServer) app.server.setSecureContext(renewed);
    radius.renew(renewed);
    log.info('the TLS certificate was replaced');
    await files.notePresented(material);
  });
  const stopWatching =
    config.tls.kind === 'files'
      ? watchTlsFiles(
          config.tls,
          served.replaceGiven,
          throttledLog(log, monotonic, 'the changed TLS certificate cannot be used; the earlier one stays'),
        )
      : () => {};
  await files.noteServer({ url, serverName: publicHost, tls: tls !== undefined });
  return {
    url,
    metrics,
    challenges,
    files,
    radius,
    /** Nothing is looked at or exchanged any more; what is listening goes on. */
    stopWatching(): void {
      stopWatching();
      stopLooking();
      served.stop();
    },
    closeHttp: () => closeHttp(app),
  };
}

async function startSideListeners(
  config: Config,
  context: Composed['context'],
  log: Logger,
  share: Share | undefined,
) {
  const reusePort = share !== undefined;
  const registry: Registry = context.metrics;
  const read = share?.metrics(registry) ?? (() => registry.metrics());
  return {
    metrics:
      config.metrics &&
      (await byOption(
        '--metrics-listen',
        listenForMetrics(context, log, { ...config.metrics, reusePort }, read),
      )),
    challenges:
      config.acme &&
      (await byOption('--acme-listen', listenForAcme(context, log, { ...config.acme, reusePort }))),
  };
}

/** Where it is reached from this host. */
function whereItListens(app: WebServer, config: Config, secure: boolean): { url: string; port: number } {
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  const location = localAddressText({ host: config.host, port });
  return { url: `${secure ? 'https' : 'http'}://${location}`, port };
}

/** Requests in flight are answered, and each connection ends after its answer. */
async function closeHttp(app: WebServer): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), STOP_MILLISECONDS);
  // A connection whose answer was written before the stop, and which has become idle only now.
  const idle = setInterval(() => app.server.closeIdleConnections(), 100);
  await app.close();
  clearInterval(idle);
  clearTimeout(cut);
}
