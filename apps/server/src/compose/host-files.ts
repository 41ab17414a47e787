/** For the command line on this host: where the server is, and the certificate that it presents, which is trusted regardless of who signed it. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writePrivate } from '../keys/seal/private-file.ts';
import type { TlsMaterial } from '../keys/x509/tls.ts';

export type HostFiles = {
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
export function hostFiles(dataFolder: string, port: number): HostFiles {
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
